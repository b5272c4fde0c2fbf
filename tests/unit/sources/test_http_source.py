"""Records from an API on this machine that fails, stalls, cuts off and repeats itself."""

from __future__ import annotations

import socket
import time
import tracemalloc
import zlib
from contextlib import closing
from datetime import date, datetime
from functools import partial
from urllib.parse import quote

import httpx
import pytest
import rules_engine_http
from apis import offer, requests, running, serve
from raw_server import EVER, raw_server
from rules_engine_http.answers import CutShort
from rules_engine_http.unpacking import unpacked

from rules_engine.api import DatasetError, Place, SecretSpec, SourceRequest
from rules_engine.dataset.schema import STANDARD_TABLES
from rules_engine.messages import speaking
from rules_engine.testing import records

QUICK = "pause: 0.01, timeout: 0.5, retries: 2"
VILLAGES = [{"village_id": f"V{n}", "name": f"村{n}", "kind": "村"} for n in range(1, 6)]
OK = {"body": VILLAGES}
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def source(address, tables="villages: {path: v}", more=""):
    """A source.yaml that says how the API is read."""
    return f"source: {{location: '{address}', {QUICK}{more}}}\ntables:\n  {tables}\n"


@pytest.fixture
def api(api_server, tmp_path):
    """Let the API answer; give its address. What is asked is noted."""
    place = tmp_path / "接口"
    place.mkdir()
    (place / "requests.jsonl").touch()
    answer = partial(serve, api_server, place)
    answer.requests = lambda: requests(place)
    answer.asked = lambda: [asked for asked, _ in requests(place)]
    return answer


@pytest.fixture
def villages(take):
    """Take the villages in: give how many there are, or the code of what is wrong."""

    def run(text, reads=("villages",)):
        taken = take(text, reads)
        if hasattr(taken, "quarantine"):
            return len(taken.rows("villages", "village_id"))
        return taken.said[0][0]

    return run


PAGES = {
    "page": ("by: page, size: 2", {f"v?size=2&page={n + 1}": VILLAGES[2 * n : 2 * n + 2]
                                   for n in range(4)}),
    "page from 0": ("by: page, first: 0, parameter: p", {f"v?p={n}": VILLAGES[2 * n : 2 * n + 2]
                                                         for n in range(4)}),
    "offset": ("by: offset, parameter: skip, size: 3, size_parameter: take",
               {f"v?take=3&skip={n}": VILLAGES[n : n + 2] for n in (0, 2, 4, 5)}),
}  # fmt: skip


@pytest.mark.parametrize("kind", PAGES)
def test_pages_by_number(kind, api, villages):
    paging, pages = PAGES[kind]
    answers = {asked: {"body": {"data": {"list": rows}}} for asked, rows in pages.items()}
    address = api(answers)
    assert villages(source(address, more=f", paging: {{{paging}}}")) == 5
    assert api.asked() == list(pages)


def test_pages_by_number_end_where_the_total_says_so(api, villages):
    pages = {f"v?page={n}": {"body": {"rows": VILLAGES[n - 1 : n], "all": {"n": 5}}}
             for n in range(1, 6)}  # fmt: skip
    paging = ", total: all.n, paging: {by: page}"
    assert villages(source(api(pages), more=paging)) == 5
    assert len(api.asked()) == 5
    pages["v?page=3"] = {"body": {"rows": [], "all": {"n": 5}}}
    assert villages(source(api(pages), more=paging)) == "incomplete-listing"


def test_a_slow_listing_comes_in_small_pieces(api, villages, monkeypatch):
    monkeypatch.setattr("rules_engine_http.rows.SECONDS", -1)
    pages = {f"v?page={n}": {"body": VILLAGES[n - 1 : n]} for n in range(1, 7)}
    assert villages(source(api(pages), more=", paging: {by: page}")) == 5


def test_pages_by_cursor_and_by_link(api, villages):
    def page(n, **next_):
        return {"body": {"items": VILLAGES[n : n + 2], **next_}}

    cursors = {"v": page(0, meta={"next": "二"}), "v?cursor=二": page(2, meta={"next": "c"}),
               "v?cursor=c": page(4, meta={"next": None})}  # fmt: skip
    by_cursor = ", paging: {by: cursor, next: meta.next}, rows: items"
    assert villages(source(api(cursors), more=by_cursor)) == 5
    links = {"v?y=2025": page(0, next="v?p=2"), "v?p=2": page(2, next="?p=3"), "v?p=3": page(4)}
    assert villages(source(api(links), more=", parameters: {y: 2025}")) == 5
    header = {"v": {"body": VILLAGES[:3], "headers": {"Link": '<v?p=2>; rel="next"'}},
              "v?p=2": {"body": VILLAGES[3:]}}  # fmt: skip
    assert villages(source(api(header))) == 5


@pytest.mark.parametrize(
    "answers",
    [
        {"v": {"body": {"results": VILLAGES, "count": 9}}},
        {"v": {"body": {"code": 0, "data": {"total": 9, "list": VILLAGES}}}},
        {"v": {"body": {"rows": VILLAGES, "total_pages": 3}}},
        {"v": {"body": {"data": {"rows": VILLAGES, "hasMore": True}}}},
    ],
)
def test_a_part_is_never_taken_for_the_whole(answers, api, villages):
    assert villages(source(api(answers))) == "incomplete-listing"


def test_a_page_that_comes_again_and_a_listing_that_changes(api, villages):
    same = {f"v?page={n}": OK for n in range(1, 4)}
    assert villages(source(api(same), more=", paging: {by: page}")) == "repeated-page"
    circle = {"v": {"body": {"items": VILLAGES, "next": "v"}}}
    assert villages(source(api(circle))) == "repeated-page"
    empty = {"v": {"body": {"items": [], "next": "v?p=2"}},
             "v?p=2": {"body": {"items": [], "next": "v?p=2"}}}  # fmt: skip
    assert villages(source(api(empty))) == "repeated-page"
    changed = {"v": {"body": {"items": VILLAGES[:2], "total": 4, "next": "w"}},
               "w": {"body": {"items": VILLAGES[2:], "total": 5}}}  # fmt: skip
    assert villages(source(api(changed))) == "changed-listing"


FAULTS = {
    "503": {"status": 503}, "429": {"status": 429, "headers": {"Retry-After": "0"}},
    "stall": {"do": "stall"}, "cut": {**OK, "do": "cut"}, "hang up": {"do": "hang up"},
    "half": {"text": '[{"village_id": "V'},
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_what_fails_is_repeated(fault, api, villages):
    assert villages(source(api({"v": [FAULTS[fault], FAULTS[fault], OK]}))) == 5
    assert len(api.asked()) == 3


@pytest.mark.parametrize("fault", FAULTS)
def test_what_goes_on_failing_is_told(fault, api, take):
    taken = take(source(api({"v": FAULTS[fault]})), ("villages",))
    ((code, place),) = taken.said
    assert code == "no-answer"
    assert place.endswith("接口/v: 村")
    assert "after 3 tries" in str(taken.findings[0].message)
    assert len(api.asked()) == 3


def test_a_server_is_asked_again_when_it_says_and_not_if_that_is_too_long(
    api, villages, monkeypatch
):
    waited = []
    monkeypatch.setattr("rules_engine_http.client.time.sleep", waited.append)
    busy = {"status": 429, "headers": {"Retry-After": "7"}}
    later = {"status": 503, "headers": {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}}
    assert villages(source(api({"v": [busy, OK]}))) == 5
    assert waited == [7]
    assert villages(source(api({"v": later}), "villages: {path: v?x}")) == "http-error"
    assert villages(source(api({"w": later}), "villages: {path: w}")) == "no-answer"
    assert waited == [7]


WRONG = {
    "not-authorised": {"status": 401}, "no-right": {"status": 403}, "http-error": {"status": 404},
    "bad-json": {"text": "<html>请登录</html>"}, "no-rows": {"body": {"code": 1, "msg": "无权"}},
    "redirect-loop": {"status": 302, "headers": {"Location": "v"}},
    "answer-too-large": {"text": "[" + " " * 1_100_000 + "]"},
}  # fmt: skip


@pytest.mark.parametrize("code", WRONG)
def test_what_is_wrong_is_told_at_once(code, api, villages):
    assert villages(source(api({"v": WRONG[code]}), more=", page_limit: 1, rows: ''")) == code
    assert len(api.asked()) == (6 if code == "redirect-loop" else 1)


def test_an_answer_that_says_no_is_quoted(api, take):
    address = api({"v": {"body": {"code": 1, "msg": "令牌过期"}}})
    for more in ("", ", rows: data"):
        taken = take(source(address, more=more), ("villages",))
        assert "令牌过期" in str(taken.findings[0].message)


def test_a_server_that_is_not_there(villages):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    assert villages(source(f"http://127.0.0.1:{port}/")) == "cannot-connect"


def test_the_token_goes_to_the_api_alone(api, villages, api_server, monkeypatch, tmp_path):
    monkeypatch.setenv("OFFICE_TOKEN", "hunter2\n")
    monkeypatch.setenv("RULES_ENGINE_SOURCE_SECRET", "hunter3")
    assert villages(source(api({"v": OK}))) == 5
    assert "Authorization" not in api.requests()[-1][1]
    secret = ", secret: {env: OFFICE_TOKEN}"
    elsewhere = f"{api_server.replace('127.0.0.1', 'localhost')}{quote(f'{tmp_path}/接口/w')}"
    moved = {"v": {"status": 307, "headers": {"Location": elsewhere}},
             "w": {"body": {"items": VILLAGES[:2], "next": "x"}},
             "x": {"body": VILLAGES[2:]}}  # fmt: skip
    for header, more in (("Authorization", ""), ("X-Key", ", secret_header: X-Key")):
        address = api(moved)
        assert villages(source(address, more=secret + more)) == 5
        told = {asked: headers.get(header) for asked, headers in api.requests()[-3:]}
        sent = "hunter2" if more else "Bearer hunter2"
        assert told == {"v": sent, "w": None, "x": None}


def test_the_token_is_not_shown_and_warned_of_without_encryption(api, take, monkeypatch):
    monkeypatch.setenv("OFFICE_TOKEN", "hun\tter2")
    taken = take(source(api({}), more=", secret: {env: OFFICE_TOKEN}"))
    assert [code for code, _ in taken.said] == ["bad-secret"]
    assert "ter2" not in str(taken.findings[0])
    request = SourceRequest("http://api.example/v1", secret="hunter2")
    client = rules_engine_http.client.Api.of(request, rules_engine_http.fields.ApiFields())
    assert "hunter2" not in repr(client)
    assert [f.code for f in client.findings()] == ["plain-http"]


@pytest.fixture(scope="module")
def https(tmp_path_factory):
    """A server with a certificate of an authority of its own: its address, and that authority's."""
    trustme = pytest.importorskip("trustme")
    folder = tmp_path_factory.mktemp("https")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(
        folder / "key.pem"
    )
    with running(str(folder / "key.pem")) as port:
        yield f"https://127.0.0.1:{port}", folder / "ca.pem"


def test_a_certificate_is_checked_and_an_own_authority_can_be_named(https, take, tmp_path):
    server, authority = https
    address = serve(server, tmp_path / "接口", {"v": OK})
    taken = take(source(address), ("villages",))
    assert [code for code, _ in taken.said] == ["cannot-connect"]
    assert "ca_file" in str(taken.findings[0].hint)
    (tmp_path / "ca.pem").write_bytes(authority.read_bytes())
    trusting = take(source(address, more=", ca_file: ca.pem"), ("villages",))
    assert len(trusting.rows("villages", "name")) == 5
    broken = take(source(address, more=", ca_file: gone.pem"), ("villages",))
    assert [code for code, _ in broken.said] == ["bad-certificates"]


def test_values_objects_within_and_moments_with_a_zone(api, take):
    cases = [
        {"id": 12345678901234567890, "village": {"no": "V1", "x": {}}, "on": "2025-01-31T16:00:00Z",
         "first": True, "people": 3, "tags": ["a", 1], "cause": ""},
        {"id": 2, "village": {"no": "V2"}, "on": "2025-01-31", "first": None, "people": 1.0},
    ]  # fmt: skip
    text = source(
        api({"c": {"body": cases}, "v": OK}),
        """villages: {path: v}
  cases:
    path: c
    columns: {case_id: id, village_id: village.no, received_on: 'on', first_time: first}
""",
        ", time_zone: Asia/Shanghai",
    )
    taken = take(text)
    assert taken.quarantine == []
    assert taken.rows("cases", "case_id", "village_id", "received_on", "first_time", "people") == [
        ("12345678901234567890", "V1", date(2025, 2, 1), True, 3),
        ("2", "V2", date(2025, 1, 31), None, 1),
    ]


def test_lists_within_are_looked_at_for_persons(api, take):
    held = [{**row, "who": [{"tel": "13800138000"}]} for row in VILLAGES]
    assert take(source(api({"v": {"body": held}})), ("villages",)).said[0][0] == "personal-value"


def test_a_column_that_comes_late_is_not_lost(api, villages, monkeypatch):
    monkeypatch.setattr("rules_engine_http.rows.MOST_SCANNED", 2)
    late = [*VILLAGES[:4], {**VILLAGES[4], "township": "镇"}]
    pages = {f"v?page={n}": {"body": late[2 * n - 2 : 2 * n]} for n in range(1, 5)}
    paging = ", paging: {by: page}"
    assert villages(source(api(pages), more=paging)) == "late-column"
    named = "villages: {path: v, fields: [township]}"
    assert villages(source(api(pages), named, paging)) == 5


def test_an_index_names_the_listings(api_server, take, tmp_path):
    place = tmp_path / "接口"
    place.mkdir()
    tables = {"村": records.villages(), "信访事项": records.cases(), "其他": records.cases()}
    address = offer(api_server, place, tables, size=2)
    reads = {name: STANDARD_TABLES[name] for name in ("villages", "cases")}
    opened = rules_engine_http.open_api
    assert [t.name for t in opened(SourceRequest(address, reads))] == ["村", "信访事项"]
    assert len(opened(SourceRequest(address, reads, everything=True))) == 3
    assert [t.name for t in opened(SourceRequest(f"{address}/村"[5:], reads))] == ["村"]
    with pytest.raises(DatasetError) as refused:
        opened(SourceRequest(f"{address}/其他", reads))
    assert refused.value.findings[0].code == "no-tables"
    taken = take(source(address, "villages: {}\n  cases: {from: 信访*}"))
    assert len(taken.rows("cases", "case_id")) == 3


def test_what_source_yaml_says_wrongly_is_told_there(take):
    more = ", paging: {by: cursor}, page_limit: 9999, headers: {Accept: 单位}"
    text = source("https://api.example", "villages: {paths: v}", more)
    assert [code for code, _ in take(text).said] == ["wrong-value"] * 3 + ["unknown-key"]
    literal = take(source("https://api.example", more=", headers: {Authorization: Bearer x}"))
    assert [code for code, _ in literal.said] == ["literal-secret"]


def test_a_moment_stays_as_it_is_without_a_zone(api, take):
    due = {"report_id": "R1", "village_id": "V1", "kind": "月", "due_at": "2025-01-31T18:00:00"}
    text = source(api({"r": {"body": [due]}, "v": OK}), "villages: {path: v}\n  reports: {path: r}")
    taken = take(text, ("villages", "reports"))
    assert taken.rows("reports", "due_at") == [(datetime(2025, 1, 31, 18),)]


HEADERS = "{X-Auth-Token: {env: HEADER}, Proxy-Authorization: {env: HEADER}, Accept-Language: zh}"


def test_secret_headers_and_parameters_go_to_the_api_alone(
    api, villages, api_server, monkeypatch, tmp_path
):
    """A redirect and a link lead to another server; both are told nothing but what all are told."""
    monkeypatch.setenv("HEADER", "hunter-header")
    monkeypatch.setenv("KEY", "hunter-key")
    elsewhere = f"{api_server.replace('127.0.0.1', 'localhost')}{quote(f'{tmp_path}/接口/')}"
    moved = {"v?k=hunter-key&y=1": {"status": 307, "headers": {"Location": f"{elsewhere}w"}},
             "w": {"body": {"items": VILLAGES[:2], "next": f"{elsewhere}x"}},
             "x": {"body": VILLAGES[2:]}}  # fmt: skip
    more = f", headers: {HEADERS}, parameters: {{k: {{env: KEY}}, y: 1}}"
    assert villages(source(api(moved), more=more)) == 5
    own, *others = api.requests()
    assert own[1]["X-Auth-Token"] == own[1]["Proxy-Authorization"] == "hunter-header"
    for asked, headers in others:
        assert "hunter" not in f"{asked} {headers}"
        assert headers["Accept-Language"] == "zh"
    table = f"villages: {{path: '{elsewhere}z'}}"
    assert villages(source(api({"z?y=1": OK}), table, more)) == 5
    assert "hunter" not in str(api.requests()[-1])


@pytest.mark.parametrize(
    "name",
    ["X-Token", "x-auth-token", "Proxy-Authorization", "Ocp-Apim-Subscription-Key", "X-Trace"],
)
def test_every_header_that_is_not_harmless_is_a_secret(take, name):
    taken = take(source("https://api.example", more=f", headers: {{{name}: hunter2}}"))
    assert [code for code, _ in taken.said] == ["literal-secret"]
    assert "hunter2" not in str(taken.findings[0].as_dict())
    assert "{env: NAME}" in str(taken.findings[0].hint)


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("https://api.example/x", True), ("https://API.example:443/y", True),
        ("http://api.example/x", False), ("https://api.example:8443/x", False),
        ("https://api.example.evil/x", False), ("https://v.api.example/", False),
    ],
)  # fmt: skip
def test_another_host_port_or_protocol_is_another_server(address, own):
    spec = SecretSpec(env="A")
    fields = rules_engine_http.fields.ApiFields(
        headers={"X-Token": spec, "X-Plain": "a", "Accept": spec}
    )
    request = SourceRequest("https://api.example/v1", secret="hunter2", secrets={spec: "hunter3"})
    client = rules_engine_http.client.Api.of(request, fields)
    assert "hunter" not in repr(client)
    asked = httpx.Request("GET", address, headers={**client.headers, **client.secrets})
    client._sign(asked)
    known = {"Authorization": "Bearer hunter2", "X-Token": "hunter3", "X-Plain": "a",
             "Accept": "hunter3"}  # fmt: skip
    sent = {name: asked.headers.get(name) for name in known}
    assert sent == (known if own else dict.fromkeys(sent))


@pytest.mark.parametrize("name", ["Accept", "accept-language", "User-Agent", "Content-Type"])
def test_harmless_headers_are_written_as_they_are(api, villages, name):
    assert villages(source(api({"v": OK}), more=f", headers: {{{name}: a}}")) == 5
    assert {k.lower(): v for k, v in api.requests()[-1][1].items()}[name.lower()] == "a"


def test_a_secret_of_a_header_is_fetched_or_missed_like_any_other(api, villages, take):
    absent = source(api({"v": OK}), more=", headers: {X-Token: {env: NOT_THERE}}")
    assert villages(absent) == "no-secret"
    unclear = source(
        "https://api.example", more=", headers: {X-Token: {env: A, keyring: b, user: c}}"
    )
    assert [code for code, _ in take(unclear).said] == ["bad-mapping"]


def test_a_token_that_the_server_echoes_is_not_shown(api, take, monkeypatch):
    monkeypatch.setenv("OFFICE_TOKEN", "hunter2-of-the-office")
    more = ", secret: {env: OFFICE_TOKEN}"
    key = {"body": {"hunter2-of-the-office": 1, "message": "no HUNTER2-OF-THE-OFFICE"}}
    for answer in (key, {"body": [{"hunter2-of-the-office": 1}]}, {"status": 302, "headers": {
        "Location": "https:///hunter2-of-the-office"}}):  # fmt: skip
        said = [f.as_dict() for f in take(source(api({"v": answer}), more=more)).findings]
        assert said
        assert "hunter2" not in str(said).lower()
    echo = [{**v, "name": f"{v['name']} hunter2-of-the-office"} for v in VILLAGES]
    taken = take(source(api({"v": {"body": echo}}), more=more), ("villages",))
    assert taken.rows("villages", "name")[0] == ("村1 ***",)


def packed_so(text, *ways):
    """Pack a text as a server would that names these ways in Content-Encoding."""
    data = text.encode()
    for way in ways:
        head = {"gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS, "bare": -zlib.MAX_WBITS}
        made = zlib.compressobj(wbits=head[way])
        data = made.compress(data) + made.flush()
    return data


def unpack(data, said, most=1 << 20, piece=7):
    cut = [data[i : i + piece] for i in range(0, len(data), piece)]
    return b"".join(unpacked(cut, said.split(","), most, Place("here")))


@pytest.mark.parametrize("piece", [1, 7, 10_000])
@pytest.mark.parametrize(
    ("ways", "said"),
    [
        ((), ""),
        ((), "identity"),
        (("gzip",), "gzip"),
        (("gzip",), " X-GZIP "),
        (("deflate",), "deflate"),
        (("bare",), "deflate"),
        (("gzip", "deflate", "gzip"), "gzip,deflate, gzip"),
    ],
)
def test_a_packed_answer_is_unpacked(ways, said, piece):
    for text in ("[]", "村" * 200, "x" * 200_000):
        assert unpack(packed_so(text, *ways), said, piece=piece).decode() == text


def test_an_answer_in_several_pieces_each_packed_by_itself():
    data = packed_so("[1,", "gzip") + packed_so("2]", "gzip")
    assert unpack(data, "gzip") == b"[1,2]"


@pytest.mark.parametrize("ways", ["gzip", "gzip,gzip", "deflate,gzip", "gzip,gzip,gzip"])
def test_an_answer_that_grows_without_end_is_refused_while_it_is_unpacked(ways):
    """A kilobyte that unpacks to a gigabyte is given up at the first mebibyte of any layer."""
    bomb = packed_so("\0" * 30_000_000, *ways.split(","))
    tracemalloc.start()
    with pytest.raises(DatasetError) as error:
        unpack(bomb, ways, piece=1000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [f.code for f in error.value.findings] == ["answer-too-large"]
    assert peak < 4 << 20


def test_an_answer_that_is_packed_oddly(villages):
    with pytest.raises(DatasetError) as error:
        unpack(b"", "gzip,gzip,gzip,gzip")
    assert [f.code for f in error.value.findings] == ["answer-too-large"]
    for data, said in ((b"abc", "br"), (b"abc", "gzip"), (packed_so("[]", "gzip")[:-4], "gzip")):
        with pytest.raises(CutShort):
            unpack(data, said)


def test_a_listing_that_always_has_another_page_comes_to_an_end(api, villages):
    """Each page is new, and no total says that it was the last."""
    pages = {
        f"v?page={n}": {"body": [{"village_id": f"V{n}", "name": f"村{n}", "kind": "村"}]}
        for n in range(1, 9)
    }
    more = ", paging: {by: page}, most_pages: 4"
    assert villages(source(api(pages), more=more)) == "too-many-pages"
    empty = {"v": {"body": {"results": [], "next": "v?c=1"}}} | {
        f"v?c={n}": {"body": {"results": [], "next": f"v?c={n + 1}"}} for n in range(1, 9)
    }
    assert villages(source(api(empty), more=", most_pages: 4")) == "too-many-pages"


def test_a_count_of_five_thousand_digits(api, villages):
    for count in ("9" * 5000, int("9" * 4000)):
        answer = {"body": {"results": VILLAGES, "count": count}}
        assert villages(source(api({"v": answer}))) == "incomplete-listing"


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ([b"HTTP/1.1 200 OK\r\n", b"A: b\r\n", *[0.05, b"A: b\r\n"] * 40], "come on"),
        ([b"HTTP/1.1 100 Continue\r\n\r\n", EVER], "come on"),
        ([CHUNKED, *[b"1\r\n \r\n", 0.05] * 40], "come on"),
        ([CHUNKED, b"1;", *[b"x", 0.05] * 40], "come on"),
        ([CHUNKED, b"5\r\n     \r\n" * 50, EVER], "few bytes"),
        ([CHUNKED, b"5\r\n[    \r\n"], "complete"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[]"], "complete"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n[]]"], "Length"),
        ([b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\n[]"], "header"),
        ([b"[]"], "disconnected"),
    ],
)
def test_what_is_no_whole_answer_ends_in_time(sent, told, take):
    with raw_server() as server:
        server.scripts["v"] = sent
        began = time.monotonic()
        text = source(f"{server.address}/").replace("0.5, retries: 2", "0.2, retries: 1")
        taken = take(text, ("villages",))
        assert taken.said[0][0] == "no-answer"
        with speaking("en"):
            assert told in str(taken.findings[0].message)
        assert len(server.asked) == 2
        assert time.monotonic() - began < 9


def test_an_answer_that_comes_on_is_waited_for(villages):
    """Also where the whole takes longer than each piece may, and hardly any piece is large."""
    rows = ", ".join(f'{{"village_id": "V{n}", "name": "{n}", "kind": "村"}}' for n in range(9))
    body = f"[{rows}]".encode()
    with raw_server() as server:
        pieces = [piece for at in range(0, len(body), 30) for piece in (body[at : at + 30], 0.05)]
        server.scripts["v"] = [f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode(),
                               0.15, *pieces]  # fmt: skip
        assert villages(source(f"{server.address}/").replace("0.5,", "0.2,")) == 9
