"""The command line: arguments in, exit code out. What a command does stands in the module it calls.

Exit codes: 0 done (or conforms); 1 ran and found violations; 2 could not run (wrong input, port in use …).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from kg import __version__
from kg.errors import OncoKGError, RecordError
from kg.export.formats import EXPORTS
from kg.serving import add_options as add_serve_options
from kg.serving import run as serve

__all__ = ["main"]

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options)
    except RecordError as error:
        count = len(error.problems)
        print(f"oncokg: {count} {'problem' if count == 1 else 'problems'} on record:\n{error}", file=sys.stderr)
    except OncoKGError as error:
        print(f"oncokg: {error}", file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; there is nobody left to tell
    except KeyboardInterrupt:
        print("oncokg: stopped", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="oncokg", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--version", action="version", version=f"oncokg {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    build = _command(commands, "build", _build, "build a release from the curated records")
    build.add_argument("--out", type=Path, default=Path("release"), help="folder of the release (default: release)")
    build.add_argument(
        "--without-mappings",
        nargs="+",
        action="extend",
        default=[],
        metavar="PREFIX",
        help="leave out the mappings to identifiers with these prefixes, such as ATC SNOMEDCT (see LICENSE-DATA)",
    )
    _curation(build)

    validate = _command(commands, "validate", _validate, "run the SHACL shapes, the rule queries and the reasoner")
    validate.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="RDF files; without any, the curated records"
    )
    validate.add_argument("--format", choices=("text", "json", "turtle"), default="text")
    _curation(validate)

    add_serve_options(_command(commands, "serve", _serve, "serve a release, or any RDF files, over HTTP"))

    query = _command(commands, "query", _query, "answer a saved query, a query file, or - for standard input")
    query.add_argument("query", metavar="NAME|FILE|-")
    query.add_argument(
        "-p", dest="parameters", action="append", default=[], metavar="KEY=VALUE", help="a parameter of a saved query"
    )
    query.add_argument("--format", choices=("table", "csv", "tsv", "json", "xml"), default="table")
    query.add_argument(
        "--release", type=Path, help="folder of a release (default: ./release, else one built into the cache)"
    )

    export = _command(commands, "export", _export, "write the graph, or what is read from it, in another format")
    export.add_argument("what", choices=tuple(EXPORTS), metavar="WHAT", help=", ".join(EXPORTS))
    export.add_argument("--format", metavar="ENDING", help="which of several: csv or parquet (default: the first)")
    export.add_argument("--out", type=Path, help="file, or folder where WHAT is several files (default: print)")
    export.add_argument(
        "--release", type=Path, help="folder of a release (default: ./release, else one built into the cache)"
    )

    export.add_argument("--sign", type=Path, metavar="KEY", help="nanopubs: sign each with this RSA private key (PEM)")
    export.add_argument("--orcid", metavar="ID", help="nanopubs: the ORCID iD of the person whose key it is")

    publish = _command(commands, "publish", _publish, "load a release into another SPARQL 1.1 store")
    publish.add_argument(
        "--to", required=True, metavar="URL", help="its graph store endpoint, or with --update its update endpoint"
    )
    way = publish.add_mutually_exclusive_group()
    way.add_argument(
        "--graph-store", dest="protocol", action="store_const", const="graph-store", default="graph-store",
        help="write by the Graph Store HTTP Protocol (default)",
    )  # fmt: skip
    way.add_argument(
        "--update", dest="protocol", action="store_const", const="update", help="write by SPARQL Update, in batches"
    )
    publish.add_argument("--query-url", metavar="URL", help="its query endpoint, where --to does not tell")
    publish.add_argument("--auth", choices=("basic", "digest"), default="basic")
    publish.add_argument(
        "--credentials", type=Path, metavar="FILE",
        help="a file with user:password (default: ONCOKG_PUBLISH_USER and ONCOKG_PUBLISH_PASSWORD)",
    )  # fmt: skip
    publish.add_argument("--timeout", type=float, default=600, metavar="SECONDS", help="to wait for each answer (600)")
    publish.add_argument(
        "--release", type=Path, help="folder of a release (default: ./release, else one built into the cache)"
    )

    check = _command(commands, "check", _check, "re-read the source texts: is what the records say printed there?")
    check.add_argument("what", choices=("sources",))
    _texts(check)
    _curation(check)

    fmt = _command(
        commands, "fmt", _fmt, "bring the records into canonical order and write the spans of what they quote"
    )
    fmt.add_argument("--check", action="store_true", help="change nothing; exit 1 where something would change")
    _texts(fmt)
    _curation(fmt)

    schema = _command(commands, "schema", _schema, "print the JSON Schema of a kind of record, for editors")
    schema.add_argument("record", choices=("study", "review", "vocabulary"))
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: Command, text: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    parser.set_defaults(command=run)
    return parser


def _curation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--curation", type=Path, help="folder of the curated records (default: those of this installation)"
    )


def _texts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--texts", type=Path, default=Path("../shared/sources"), help="folder of the source texts")


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _build(options: argparse.Namespace) -> int:
    from kg.check import as_text
    from kg.dataset import ValidationFailedError, build_release
    from kg.paths import CURATION, display

    try:
        manifest = build_release(
            options.out,
            curation=options.curation or CURATION,
            without_mappings=options.without_mappings,
            tell=_tell,
        )
    except ValidationFailedError as failed:
        print(as_text(failed.findings), end="", file=sys.stderr)
        _tell(f"oncokg: {failed}")
        return 1
    counts = ", ".join(f"{count:,} {name}" for name, count in manifest["counts"].items())
    print(f"{display(options.out)}: {manifest['quads']:,} quads, sha256 {manifest['sha256']}\n{counts}")
    return 0


def _validate(options: argparse.Namespace) -> int:
    from kg.check import as_json, as_text, as_turtle, reason_findings, validate_files, validate_quads
    from kg.dataset import asserted_quads
    from kg.paths import CURATION

    if options.paths:
        findings, quads = validate_files(options.paths)
    else:
        build = asserted_quads(options.curation or CURATION)
        findings, quads = validate_quads(build.quads, build.origins), build.quads
    reasoned, skipped = reason_findings(quads)
    findings = [*reasoned, *findings]
    if options.format == "json":
        print(as_json(findings, skipped), end="")
    elif options.format == "turtle":
        print(as_turtle(findings), end="")
        for reason in skipped:
            _tell(f"skipped: {reason}")
    else:
        print(as_text(findings, skipped), end="")
    return int(any(finding.severity == "violation" for finding in findings))


def _release(options: argparse.Namespace) -> Path:
    from kg.release import find_release

    return find_release(options.release, tell=_tell)


def _serve(options: argparse.Namespace) -> int:
    return serve(options, _release)


def _query(options: argparse.Namespace) -> int:
    from kg.catalog import answer

    pairs = {}
    for given in options.parameters:
        name, separator, value = given.partition("=")
        if not separator or not name:
            raise OncoKGError(f"-p {given}: write -p name=value, such as -p target=egfr")
        pairs[name] = value
    sys.stdout.write(answer(_release(options), options.query, pairs, options.format))
    return 0


def _export(options: argparse.Namespace) -> int:
    from kg.export.writing import chosen_file, export_text, export_to
    from kg.release import read_graph

    export = EXPORTS[options.what]
    if options.sign or options.orcid:
        from kg.export.nanopublications_signed import signed

        if not (options.sign and options.orcid):
            raise OncoKGError("--sign KEY and --orcid ID belong together: name the key and whose it is")
        export = signed(export, options.sign, options.orcid)
    file = chosen_file(export, options.format)
    if options.out is None and file is None:
        names = ", ".join(part.name for part in export.files)
        raise OncoKGError(f"{export.name} is several files ({names}): name their folder with --out")
    graph = read_graph(_release(options))
    if options.out is None and file is not None:
        sys.stdout.write(export_text(export, graph, file))
        return 0
    for path in export_to(export, graph, options.out, file):
        _tell(f"{path}: {path.stat().st_size:,} bytes")
    return 0


def _publish(options: argparse.Namespace) -> int:
    from kg.publish import PROTOCOLS, endpoints, publish, read_credentials
    from kg.publish.connection import Connection

    where = endpoints(options.to, options.query_url)
    credentials = read_credentials(options.credentials)
    with Connection(options.auth, credentials, options.timeout) as connection:
        done = publish(_release(options), PROTOCOLS[options.protocol](where, connection), tell=_tell)
    print(f"{where.write}: {done.triples:,} triples in {done.loaded + done.kept} graphs: "
          f"{done.loaded} loaded, {done.kept} stood already, {done.dropped} dropped")  # fmt: skip
    return 0


def _check(options: argparse.Namespace) -> int:
    from kg.paths import CURATION
    from kg.records import load_curation
    from kg.sources.verify import check_sources

    reports, problems, skipped = check_sources(load_curation(options.curation or CURATION), options.texts)
    for problem in problems:
        print(problem)
    for report in reports:
        print("\n".join(f"{line} [no report]" for line in report.uncovered) or "", end="\n" if report.uncovered else "")
        covered = report.numbers - report.excluded - len(report.uncovered)
        print(f"{report.review}: {report.numbers} numbers, {covered} reported, {report.excluded} excluded, "
              f"{len(report.uncovered)} uncovered")  # fmt: skip
    for review in skipped:
        print(f"skipped: {review}: its text is not at hand in {options.texts}")
    return int(bool(problems) or any(report.uncovered for report in reports))


def _fmt(options: argparse.Namespace) -> int:
    from kg.mappings import format_mappings, mapping_folder
    from kg.paths import CURATION, display
    from kg.sources.fmt import format_curation

    curation = options.curation or CURATION
    changed = format_curation(curation, options.texts, check=options.check, tell=_tell)
    changed += format_mappings(mapping_folder(curation), check=options.check)
    for path in changed:
        print(f"{display(path)}: {'is not in order' if options.check else 'formatted'}")
    return int(options.check and bool(changed))


def _schema(options: argparse.Namespace) -> int:
    from pydantic import BaseModel

    from kg.model import Review, Study, Vocabulary
    from kg.model.schema import json_schema
    from kg.records import load_curation

    models: dict[str, type[BaseModel]] = {"study": Study, "review": Review, "vocabulary": Vocabulary}
    print(json.dumps(json_schema(models[options.record], load_curation().known), indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
