"""What a ruleset is made of: one walk over its places, each with the field that stands there.

What there is to know of a field is said at the model (:class:`Facts`); who formats, compares,
checks or shows a ruleset asks for it here, for the core's fields and those of methods alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache, cached_property
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, WrapValidator
from pydantic_core import PydanticUndefined

from rules_engine.messages import msg
from rules_engine.model.by_subject import BY, OTHERS, BySubject, Varies
from rules_engine.model.facts import Facts
from rules_engine.model.fields import Part
from rules_engine.model.inputs import Standard
from rules_engine.model.ruleset import ClausesDocument, RulesetDocument
from rules_engine.model.scoring import Criterion
from rules_engine.model.subjects import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic.fields import FieldInfo

    from rules_engine.messages import Message
    from rules_engine.model.plugin import Method
    from rules_engine.yamltext.read import Document, Key, KeyPath

UNSAID = Facts(holds="condition")
"""What is taken of a method's field that says nothing: its texts may be expressions."""


@dataclass(frozen=True)
class Field:
    """A place in a ruleset: a field of a model, or an entry of the list or mapping in one.

    Attributes:
        key: the field's key, as it is written.
        shape: the annotation of what stands there.
        facts: what is said of it.
        required: whether it has to be there.
        of_method: whether it is a method's own, where the name of a parameter may stand for a
            number.
        entry: whether it is an entry of the list or mapping that is the field.
    """

    key: str
    shape: Any
    facts: Facts = field(default_factory=Facts)
    required: bool = False
    of_method: bool = False
    entry: bool = False

    @cached_property
    def shapes(self) -> tuple[Any, ...]:
        """Return the types of what may be written there, one by one, without ``None``."""
        return tuple(_alternatives(self.shape))

    def _of(self, kind: type) -> Any:  # noqa: ANN401 - an annotation
        return next((s for s in self.shapes if (get_origin(s) or s) is kind), None)

    @cached_property
    def model(self) -> type[BaseModel] | None:
        """Return the model of a mapping whose keys the language gives, if one may stand there."""
        return next((s for s in self.shapes if _is_model(s)), None)

    @cached_property
    def inner(self) -> Field | None:
        """Return an entry of the list or mapping, if one may stand there."""
        for kind, place in ((dict, 1), (tuple, 0)):
            shape = self._of(kind)
            if shape is not None:
                return replace(self, shape=get_args(shape)[place], entry=True, required=False)
        return None

    @property
    def is_open(self) -> bool:
        """Return whether a mapping may stand there whose keys the ruleset gives."""
        return self._of(dict) is not None

    @property
    def is_list(self) -> bool:
        """Return whether a list may stand there."""
        return self._of(tuple) is not None

    @property
    def kind(self) -> str:
        """Return the kind of the part that stands there, empty if it is none."""
        return self.model.KIND if self.model and issubclass(self.model, Part) else ""

    @property
    def holds_parts(self) -> bool:
        """Return whether each of its entries is a part with an id."""
        return self.is_open and self.inner is not None and bool(self.inner.kind)

    @property
    def stands_apart(self) -> bool:
        """Return whether it is a part or holds mappings, and so is set off in a file."""
        return bool(self.kind or (self.inner and self.inner.model))

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """Return the members of its closed set."""
        choices = [str(c) for s in self.shapes if get_origin(s) is Literal for c in get_args(s)]
        choices += [c for s in self.shapes if s is SubjectKind for c in SubjectKind]
        return tuple(dict.fromkeys(choices))

    @cached_property
    def is_share(self) -> bool:
        """Return whether it holds a share of a whole: a number that is 1 at most."""
        return any(getattr(mark, "le", None) == 1 for mark in _marks(self.shape))

    @cached_property
    def varies(self) -> bool:
        """Return whether it is a figure that may differ by the subject."""
        return not self.entry and any(isinstance(mark, Varies) for mark in _marks(self.shape))

    @property
    def is_number(self) -> bool:
        """Return whether a number may stand there."""
        return bool({Decimal, int} & set(self.shapes))

    @property
    def is_figure(self) -> bool:
        """Return whether a number there is a figure of the paper, and needs a source."""
        return self.facts.figure and self.facts.holds not in ("prose", "name", "table", "day")

    @property
    def is_wording(self) -> bool:
        """Return whether no result can go by it."""
        return not self.facts.decides

    @cached_property
    def slips(self) -> Mapping[str, str]:
        """Return for members of its closed set what is easily written instead."""
        if self.facts.slips is not None:
            return self.facts.slips
        two = self.choices if len(self.choices) == 2 else ()
        return dict(zip(two, reversed(two), strict=True))

    def label(self) -> str:
        """Return what people call it: of a field that has no label, its key."""
        return str(self.facts.label or self.key)

    def word(self, choice: str) -> str:
        """Return what people call a member of its closed set."""
        return str(self.facts.words.get(choice, choice))


ROOT = Field("", RulesetDocument, required=True)
CLAUSES = Field("", ClausesDocument, required=True)


@dataclass(frozen=True)
class Ranges:
    """A table of ranges.

    Attributes:
        path: where it stands.
        rows: both ends of each row, as they are written.
        ends: the keys of the ends.
        unit_of: the field beside it that names what is compared.
    """

    path: KeyPath
    rows: list[tuple[Any, Any]]
    ends: tuple[str, str]
    unit_of: str


@dataclass(frozen=True)
class Grammar:
    """The places of a ruleset that uses these scoring methods."""

    methods: Mapping[str, Method] = field(default_factory=dict)
    _criteria: dict[str, dict[str, Field]] = field(default_factory=dict, repr=False)

    def fields(self, at: Field, value: object = None) -> dict[str, Field]:
        """Return the keys that a mapping may have, in their order; those of its method too.

        Args:
            at: the place.
            value: what stands there; a criterion says its method.
        """
        if at.model is None:
            return {}
        if at.model is not Criterion:
            return _fields(at.model, at.of_method)
        name = str(_get(value, "method"))
        if name not in self._criteria:
            self._criteria[name] = dict(self._criterion(self.methods.get(name)))
        return self._criteria[name]

    def _criterion(self, method: Method | None) -> Iterator[tuple[str, Field]]:
        """Yield the fields of a criterion; those of its method follow the method's name."""
        for key, one in _fields(Criterion, False).items():
            if key != "method":
                yield key, one
                continue
            words = {name: known.label for name, known in self.methods.items() if known.label}
            names = Literal[tuple(self.methods)] if self.methods else one.shape
            yield key, replace(one, shape=names, facts=replace(one.facts, words=words))
            yield from _fields(_model_of(method), True).items() if method else ()

    def below(self, at: Field, step: Key, value: object = None) -> Field | None:
        """Return the place below another one, if the language knows it.

        Args:
            at: the place.
            step: the key or number.
            value: what stands at the place.
        """
        if at.varies and step == BY:
            return Field(BY, str, Facts(msg("by which column"), holds="name"), True, at.of_method)
        if at.varies and step == OTHERS and at.inner is not None:
            label = replace(at.facts, label=msg("all others"))
            return replace(at.inner, key=OTHERS, facts=label, entry=False)
        if at.model is not None and not isinstance(step, int):
            entry = self.fields(at, value).get(str(step))
            if at.model is Criterion and value is None:  # its method may be any
                models = (_fields(_model_of(method), True) for method in self.methods.values())
                entry = entry or next((own[str(step)] for own in models if str(step) in own), None)
            if entry is not None or not at.is_open:
                return entry
        return at.inner

    def walk(
        self, value: object, at: Field | None = ROOT, path: KeyPath = ()
    ) -> Iterator[tuple[KeyPath, Any, Field | None]]:
        """Yield what stands in a ruleset, from the outside in, with its path and its field.

        Args:
            value: what a file says, or a model of it.
            at: what it is; what the language does not know has no field.
            path: where it stands.
        """
        yield path, value, at
        for step, inner in steps(value):
            below = self.below(at, step, value) if at is not None else None
            yield from self.walk(inner, below, (*path, step))

    def at(self, root: object, path: KeyPath, field: Field | None = ROOT) -> Field | None:
        """Return the field of a place in what a file says."""
        for step in path:
            if field is None:
                return None
            field, root = self.below(field, step, root), _get(root, step)
        return field

    def ranges(self, root: object) -> Iterator[Ranges]:
        """Yield each table of ranges in a file: of rows that have the ends of one."""
        for path, value, at in self.walk(root):
            if at and at.inner and at.inner.model and isinstance(value, list) and value:
                known = {one.facts.row: one for one in self.fields(at.inner).values()}
                if {"from", "to"} <= {*known} and all(isinstance(row, dict) for row in value):
                    low, high = known["from"], known["to"]
                    rows = [(row.get(low.key), row.get(high.key)) for row in value]
                    yield Ranges(path, rows, (low.key, high.key), low.facts.unit_of)

    def calling(self, root: object, path: KeyPath) -> list[str]:
        """Return what a mapping in a file is called by: its label, and what tells rows apart."""
        value, at = value_at(root, path), self.at(root, path)
        if at is None or not isinstance(value, dict):
            return []
        known = self.fields(at, value).items()
        named = [key for key, one in known if one.facts.row in ("label", "name", "by")]
        return [str(value[key]) for key in named if key in value]

    def scalars(self, source: Document) -> Iterator[tuple[KeyPath, str, Field]]:
        """Yield the single values that rules are made of, as they are written, with their fields.

        Headings, records and days are left out: where no figure of the paper stands.
        """
        roots = {key for key, at in self.fields(ROOT).items() if at.facts.figure}
        known = {path: at for path, _, at in self.walk(source.value) if at is not None}
        for path, text in source.scalars.items():
            if path and path[0] in roots and path in known:
                yield path, text, known[path]


def _model_of(method: Method) -> type[BaseModel]:
    model: type[BaseModel] = method.fields()
    return model


def method_field(model: type[BaseModel]) -> Field:
    """Return what a method's fields are together."""
    return Field("", model, of_method=True)


def criterion_keys() -> frozenset[str]:
    """Return the keys that a criterion may have whatever its method is."""
    return frozenset(_fields(Criterion, False))


def named_parts(
    document: RulesetDocument, *, of_facts: bool = True
) -> Iterator[tuple[KeyPath, Any]]:
    """Yield the parts of a ruleset that conditions name, with their paths.

    Args:
        document: the ruleset.
        of_facts: whether those too that only conditions over facts name.
    """
    for key in named_keys(of_facts=of_facts):
        yield from (((key, name), item) for name, item in getattr(document, key).items())


def named_kinds(*, of_facts: bool = True) -> frozenset[str]:
    """Return the kinds of these parts."""
    known = _fields(RulesetDocument, False)
    return frozenset(at.kind for key in named_keys(of_facts=of_facts) if (at := known[key].inner))


def named_keys(*, of_facts: bool = True) -> list[str]:
    """Return the keys under which they stand."""
    known = _fields(RulesetDocument, False).items()
    wanted = ("subjects", "facts") if of_facts else ("subjects",)
    return [key for key, at in known if at.facts.named in wanted]


def parts(
    model: BaseModel, at: Field = ROOT, path: KeyPath = ()
) -> Iterator[tuple[KeyPath, Any, Field]]:
    """Yield each model in a ruleset, the whole first, with its path and its field.

    What is not written is left out, and so are the fields of methods.
    """
    for where, value, entry in Grammar().walk(model, at, path):
        if isinstance(value, BaseModel) and entry is not None:
            yield where, value, entry


def noun(kind: str) -> Message:
    """Return what people call a kind of parts."""
    return _nouns()[kind]


@cache
def _nouns() -> dict[str, Message]:
    return {m.KIND: m.NOUN for m in models() if issubclass(m, Part) and m.NOUN}


def models() -> Iterator[type[BaseModel]]:
    """Yield the models of which a ruleset is made."""
    waiting: list[type[BaseModel]] = [RulesetDocument, ClausesDocument]
    seen: set[type[BaseModel]] = set()
    while waiting:
        model = waiting.pop(0)
        if model not in seen:
            seen.add(model)
            yield model
            for one in _fields(model, False).values():
                places = [one, one.inner] if one.inner else [one]
                waiting += [p.model for p in places if p.model is not None]


@cache
def shared_keys() -> tuple[str, ...]:
    """Return the keys whose parts a ruleset may take over from others."""
    roots = (RulesetDocument, ClausesDocument)
    return tuple(key for root in roots for key, at in _fields(root, False).items()
                 if at.facts.shared)  # fmt: skip


@cache
def prose_keys() -> frozenset[str]:
    """Return the keys whose texts are for people, wherever they stand."""
    holds: dict[str, set[bool]] = {}
    for model in models():
        for key, at in _fields(model, False).items():
            holds.setdefault(key, set()).add(at.facts.holds == "prose")
    return frozenset(key for key, prose in holds.items() if prose == {True})


def steps(value: object) -> Iterator[tuple[Key, Any]]:
    """Yield what stands below a value: the entries of a mapping or list, the fields of a model."""
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield info.alias or name, getattr(value, name)
        yield from (value.model_extra or {}).items()
    elif isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list | tuple):
        yield from enumerate(value)
    elif isinstance(value, BySubject):
        yield from value.mapping().items()


def value_at(root: object, path: KeyPath) -> Any:  # noqa: ANN401 - any YAML value
    """Return what stands at a path; ``None`` where nothing does."""
    for step in path:
        root = _get(root, step)
    return root


def _get(value: object, step: Key) -> Any:  # noqa: ANN401 - any YAML value
    if isinstance(value, BaseModel):
        return getattr(value, str(step), None)
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list | tuple) and isinstance(step, int) and step < len(value):
        return value[step]
    return None


@cache
def _fields(model: type[BaseModel], of_method: bool) -> dict[str, Field]:
    return {
        info.alias or name: Field(
            info.alias or name,
            _shape(info),
            _facts(model, name, info),
            info.is_required(),
            of_method,
        )
        for name, info in model.model_fields.items()
    }


def _facts(model: type[BaseModel], name: str, info: FieldInfo) -> Facts:
    """Return what is said of a field; of a row of a method that is what is said of parts."""
    said = [mark for mark in info.metadata if isinstance(mark, Facts)]
    if said or issubclass(model, Part):
        return said[-1] if said else Facts()
    known = Standard.model_fields.get(name)  # a row answers for its numbers as an item does
    return _facts(Standard, name, known) if known else UNSAID


def _shape(info: FieldInfo) -> Any:  # noqa: ANN401 - an annotation
    """Return the annotation of a field with its marks."""
    shape: Any = info.annotation
    for mark in info.metadata:
        shape = Annotated[shape, mark]
    return shape


def _alternatives(shape: Any) -> Iterator[Any]:  # noqa: ANN401
    if get_origin(shape) is Annotated:
        inner, *marks = get_args(shape)
        readers = (BeforeValidator, WrapValidator)
        written = [m.json_schema_input_type for m in marks if isinstance(m, readers)]
        declared = [w for w in written if w is not PydanticUndefined]
        yield from _alternatives(declared[-1] if declared else inner)
    elif get_origin(shape) in (Union, UnionType):
        for inner in get_args(shape):
            yield from _alternatives(inner)
    elif shape is not type(None):
        yield shape


def _is_model(shape: Any) -> bool:  # noqa: ANN401
    return isinstance(shape, type) and issubclass(shape, BaseModel)


def _marks(shape: Any) -> Iterator[object]:  # noqa: ANN401
    """Yield what is said of the numbers in an annotation."""
    if get_origin(shape) is Annotated:
        for mark in get_args(shape)[1:]:
            yield mark
            yield from getattr(mark, "metadata", ())
    if get_origin(shape) in (Annotated, Union, UnionType):
        for inner in get_args(shape):
            yield from _marks(inner)
