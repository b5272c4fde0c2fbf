"""What was ever handed out as a secret is shown nowhere, however it is written."""

from __future__ import annotations

import base64
import json
import traceback
import urllib.parse

import pyarrow as pa
import pytest

from rules_engine.api import SourceKind, SourceRequest, SourceTable
from rules_engine.errors import NOWHERE, StoreError
from rules_engine.isolation import isolated, masking
from rules_engine.model.secret import SecretSpec
from rules_engine.sources.secrets import fetch, holds_secret
from rules_engine.store.location import locate

SECRET = "tOk3n/with+Signs=="


@pytest.fixture(autouse=True)
def handed_out(monkeypatch):
    monkeypatch.setattr(masking, "_known", set())
    spec = SecretSpec(env="A")
    masking.remember_secrets(SourceRequest("x", secret=SECRET, secrets={spec: "an0ther-secret"}))


def wrapped(text, width=8):
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


def code(text, before=""):
    return base64.b64encode(f"{before}{text}".encode()).decode()


SPELLINGS = {
    "as it is": SECRET,
    "the other": "an0ther-secret",
    "capitals": SECRET.upper(),
    "small letters": SECRET.lower(),
    "in an address": urllib.parse.quote(SECRET, safe=""),
    "in an address, small": urllib.parse.quote(SECRET, safe="").lower(),
    "in an address, all of it": "".join(f"%{byte:02X}" for byte in SECRET.encode()),
    "base64": code(SECRET),
    "base64 of more": code(SECRET, "a:"),
    "base64 of yet more": code(SECRET, "ab:"),
    "base64 for addresses": base64.urlsafe_b64encode(f"a:{SECRET}".encode()).decode(),
    "hexadecimal": SECRET.encode().hex().upper(),
    "wrapped": wrapped(SECRET),
    "wrapped base64": wrapped(code(SECRET)),
    "wrapped in JSON": json.dumps(wrapped(SECRET)),
    "a table of a terminal": f"{SECRET[:9]}   \n   {SECRET[9:]}",
    "escaped JSON": "".join(f"\\u{ord(c):04X}" for c in SECRET),
    "Python": repr(SECRET.encode()),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_it_is_found_in_every_spelling(spelling):
    told = masking.masked(f"before {SPELLINGS[spelling]} after", masking.SURE)
    assert told.startswith("before ")
    assert told.endswith(" after")
    assert masking.MASK in told
    folded = "".join(told.split()).lower()
    for part in (SPELLINGS[spelling], SECRET, "an0ther"):
        assert "".join(part.split()).lower()[2:12] not in folded


def test_what_only_resembles_it_stays():
    for text in ("before after", "13800000000 12", "tOk3n", code("something else"), "an0ther"):
        assert masking.masked(text, masking.SURE) == text


def test_a_short_one_or_a_figure_stays_in_results(monkeypatch):
    monkeypatch.setattr(masking, "_known", set())
    masking.remember_secrets(SourceRequest("x", secret="2025"))
    assert masking.masked("in 2025", masking.SURE) == "in 2025"
    masking.remember_secrets(SourceRequest("x", secret="12345678"))
    assert masking.masked("1234 5678", masking.SURE) == "1234 5678"
    for word in ("20250101", "2025-01-01", "petitions", "1234567890123456"):
        masking.remember_secrets(SourceRequest("x", secret=word))
        assert masking.masked(f"of {word}", masking.SURE) == f"of {word}"
        assert masking.masked(f"of {word}", masking.LONG_ENOUGH) == "of ***"


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_no_stored_row_no_column_and_no_name_holds_it(kind):
    def batches():
        names = ["village_id", f"x{SECRET}"]
        values = [pa.array(["V1", f"is {SECRET}", None, "V2"], kind), pa.array([*"abcd"], kind)]
        batch = pa.RecordBatch.from_arrays(values, names=names)
        return pa.RecordBatchReader.from_batches(batch.schema, [batch.slice(1), batch.slice(3)])

    table = SourceTable(f"v{SECRET}", f"o{SECRET}", batches=batches, sheet=SECRET)
    item = SourceKind("s", "s", lambda location: True, lambda request: [table])
    (found,) = isolated(item, "acme").open(SourceRequest("x", secret=SECRET))
    assert (found.name, found.origin, found.sheet) == ("v***", "o***", "***")
    rows = found.batches().read_all()
    assert rows.schema.types == [kind, kind]
    assert rows.to_pydict() == {"village_id": ["is ***", None, "V2", "V2"], "x***": [*"bcdd"]}


def test_the_password_of_a_store_is_a_secret_however_it_is_given(monkeypatch):
    given = {
        "postgresql://u:p%40ss-w0rd1@127.0.0.1:1/db": ("p%40ss-w0rd1", "p@ss-w0rd1"),
        "postgresql://127.0.0.1:1/db?user=u&password=qu3ry-pass": ("qu3ry-pass",),
        "postgresql://127.0.0.1:1/db?sslpassword=k3y%2Bpass": ("k3y%2Bpass", "k3y+pass"),
        "postgresql://u:pa/ss-w0rd2@127.0.0.1:1/db": ("pa/ss-w0rd2",),
        "postgresql://u:h%75nter@127.0.0.1:1/db": ("h%75nter", "hunter"),
    }
    for url, secrets in given.items():
        monkeypatch.setattr(masking, "_known", set())
        location = locate(url)
        assert not any(secret in str(location) for secret in secrets), str(location)
        for secret in secrets:
            assert masking.masked(f"at {secret}, {url}") == masking.masked(f"at ***, {url}")
            assert secret not in masking.masked(f"FATAL: {url} {code(secret)}")


def test_an_address_that_cannot_be_used_is_kept_in_mind_as_well(monkeypatch):
    monkeypatch.setattr(masking, "_known", set())
    with pytest.raises(StoreError):
        locate("mysql://u:s3cret-of-mine@h/db")
    assert masking.masked("s3cret-of-mine") == masking.MASK


def test_what_the_environment_holds_is_kept_in_mind(monkeypatch):
    monkeypatch.setattr(masking, "_known", set())
    masking.remember_environment(
        {"PGPASSWORD": "from-pg-1", "RULES_ENGINE_STORE": "postgresql://u:from-store-1@h/db"}
    )
    assert masking.masked("from-pg-1 from-store-1") == "*** ***"


def test_a_secret_is_kept_in_mind_once_it_is_fetched(monkeypatch):
    monkeypatch.setattr(masking, "_known", set())
    monkeypatch.setenv("OURS", "fetched-1")
    fetch(SecretSpec(env="OURS"), NOWHERE)
    assert masking.masked("fetched-1") == masking.MASK


@pytest.mark.parametrize("name", ["password", "sslpassword", "access_token", "api_key", "Sig"])
def test_an_address_with_a_secret_among_its_parameters_holds_one(name, monkeypatch):
    monkeypatch.setattr(masking, "_known", set())
    address = f"https://h/x?a=1&{name}=s3cret-of-mine"
    assert holds_secret(address)
    masking.remember_address(address)
    assert masking.masked("s3cret-of-mine") == masking.MASK
    assert not holds_secret("https://h/x?stoken_count=1&design=2")


def test_what_led_to_an_error_is_masked_with_it():
    try:
        try:
            raise ValueError(f"no {SECRET}")
        except ValueError as error:
            raise KeyError(f"not {SECRET}") from error
    except KeyError as error:
        masking.mask_error(error)
        assert SECRET not in "".join(traceback.format_exception(error))
        assert "no ***" in "".join(traceback.format_exception(error))
