"""``rules-engine roles``: who may assess, review, publish, seal and decide."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from rules_engine.cli.localized import Program
from rules_engine.cli.output import (
    ByOption,
    Format,
    FormatOption,
    LangOption,
    StoreOption,
    open_store,
    print_json,
    refuse_numbered,
    say,
    say_lines,
    verb,
)
from rules_engine.messages import tr

if TYPE_CHECKING:
    from rules_engine.store import Store


class Role(StrEnum):
    """What somebody may do."""

    ASSESS = "assess"
    REVIEW = "review"
    PUBLISH = "publish"
    SEAL = "seal"
    DECIDE = "decide"
    ADMINISTER = "administer"
    APPEAL = "appeal"


NameArgument = Annotated[
    str,
    typer.Argument(
        help=tr("Who: the name that acts; on PostgreSQL the login."), metavar="NAME",
        show_default=False,
    ),
]  # fmt: skip
RoleArgument = Annotated[Role, typer.Argument(help=tr("Which role."), show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = Program(help=tr("Say who may assess, review, publish, seal, decide and administer."))
    group.command("list", help=tr("List who holds which role."))(list_roles)
    group.command("grant", help=tr("Give a role to somebody."))(grant)
    group.command("revoke", help=tr("Take a role from somebody."))(revoke)
    group.command("sql", help=tr("Print how PostgreSQL itself holds everybody to the list."))(sql)
    app.add_typer(group, name="roles")


@verb
def list_roles(
    format: FormatOption = Format.TEXT, store: StoreOption = None, lang: LangOption = None
) -> None:
    """List who holds which role."""
    with open_store(store) as opened:
        _show(opened, format)


@verb
def grant(
    name: NameArgument, role: RoleArgument, by: ByOption = None,
    format: FormatOption = Format.TEXT, store: StoreOption = None, lang: LangOption = None,
) -> None:  # fmt: skip
    """Give a role to somebody."""
    refuse_numbered(name)
    with open_store(store, by) as opened:
        opened.roles.grant(name, role.value)
        _show(opened, format)


@verb
def revoke(
    name: NameArgument, role: RoleArgument, by: ByOption = None,
    format: FormatOption = Format.TEXT, store: StoreOption = None, lang: LangOption = None,
) -> None:  # fmt: skip
    """Take a role from somebody."""
    with open_store(store, by) as opened:
        opened.roles.revoke(name, role.value)
        _show(opened, format)


@verb
def sql(store: StoreOption = None, lang: LangOption = None) -> None:
    """Print how PostgreSQL itself holds everybody to the list."""
    with open_store(store) as opened:
        for statement in ("BEGIN", *opened.roles.statements(), "COMMIT"):
            say_lines(f"{statement};")


def _show(store: Store, format: Format) -> None:
    value = store.roles.all()
    if format is Format.JSON:
        print_json([{"name": name, "role": role} for name, role in value])
        return
    if not value:
        say(tr("nobody holds a role: everybody may do everything"))
    for name, role in value:
        say(f"{role:<12}{name}")
