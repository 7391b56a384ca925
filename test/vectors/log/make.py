#!/usr/bin/env python3
"""Makes the vectors of the log a third way: RFC 6962's definitions written down recursively, signatures by the `cryptography` package,
nothing of the writer nor of either verifier. Run again it makes the same file: python3 test/vectors/log/make.py > test/vectors/log/vectors.json

The roots at the top are the known ones of the Certificate Transparency reference tree of eight leaves; the script stops when its own
definition does not come to them.
"""
import base64
import hashlib
import json
import sys
import uuid

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

sha = lambda data: hashlib.sha256(data).digest()
b64 = lambda data: base64.b64encode(data).decode()


def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(d):
    if not d:
        return sha(b"")
    if len(d) == 1:
        return sha(b"\x00" + d[0])
    k = split(len(d))
    return sha(b"\x01" + mth(d[:k]) + mth(d[k:]))


def path(m, d):
    if len(d) == 1:
        return []
    k = split(len(d))
    return path(m, d[:k]) + [mth(d[k:])] if m < k else path(m - k, d[k:]) + [mth(d[:k])]


def proof(m, d, whole=True):
    if m == len(d):
        return [] if whole else [mth(d)]
    k = split(len(d))
    return proof(m, d[:k], whole) + [mth(d[k:])] if m <= k else proof(m - k, d[k:], False) + [mth(d[:k])]


CT_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

ct = [bytes.fromhex(each) for each in CT_LEAVES]
for n, root in enumerate(CT_ROOTS):
    if mth(ct[:n]).hex() != root:
        sys.exit(f"the definition does not come to the known root of {n} leaves")
merkle = {
    "leaves": CT_LEAVES,
    "roots": CT_ROOTS,
    "inclusion": [
        {"index": m, "size": n, "proof": [each.hex() for each in path(m, ct[:n])]} for n in range(1, 9) for m in range(n)
    ],
    "consistency": [
        {"first": m, "second": n, "proof": [each.hex() for each in proof(m, ct[:n])]}
        for n in range(1, 9)
        for m in range(1, n + 1)
    ],
}

# ---- a log by hand

AGENCY = "0b0e7d3c-5f53-4c62-9f0a-0c5f6f1d7a11"
ORIGIN = "plateward/log/" + AGENCY
WORD = '"[a-z][a-z0-9_.-]{0,63}"'
SCHEMA = {
    "version": 7,
    "forms": {"word": WORD, "words": f"\\[({WORD}(,{WORD})*)?\\]", "hash": '"[0-9a-f]{64}"', "count": "[0-9]{1,15}",
              "key": '"[!-~]{1,200}"', "text": '"(\\\\.|[^"\\\\])*"'},
    "kinds": {
        "log.schema": {"facts": {"version": "count", "sha256": "hash", "document": "text"}, "needs": ["sha256", "document"]},
        "log.key": {"facts": {"key": "key", "number": "count"}, "needs": ["key"]},
        "read.search": {"facts": {"purpose": "word", "rows": "count"}, "needs": ["purpose"], "commits": ["plate", "reason"]},
        "purposes.set": {"facts": {"purposes": "words"}},
    },
}


def dumps(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


DOCUMENT = dumps(SCHEMA)
HASH = hashlib.sha256(DOCUMENT.encode()).hexdigest()


class Signer:
    def __init__(self, seed, name=ORIGIN):
        self.name, self.private = name, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
        self.public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.hint = sha(name.encode() + b"\n\x01" + self.public)[:4]
        self.key = f"{name}+{self.hint.hex()}+{b64(bytes([1]) + self.public)}"

    def line(self, text):
        return f"\u2014 {self.name} {b64(self.hint + self.private.sign(text.encode()))}\n"

    def note(self, size, root, origin=None, more=""):
        text = f"{origin or self.name}\n{size}\n{b64(root)}\n{more}"
        return f"{text}\n{self.line(text)}"


# The seeds of RFC 8032's first two test vectors, known to everybody.
LOG = Signer("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
OTHER = Signer("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
WITNESS = Signer("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "witness.example/w")


def body(kind, facts, committed=None, by=None, outcome="done", schema=HASH, **more):
    return dumps({"agencyId": AGENCY, "by": by or {"agencyId": AGENCY, "kind": "member", "role": "officer"},
                  "committed": committed or {}, "facts": facts, "kind": kind, "outcome": outcome, "schema": schema, **more})


OPERATOR = {"agencyId": AGENCY, "id": "front-door", "kind": "operator"}


def commitment(field, salt, value):
    return hashlib.sha256(bytes.fromhex(salt) + field.encode() + b"\0" + value.encode()).hexdigest()


def opening(n):
    return {"plate": {"salt": f"{n:032x}", "value": f"ABC{n}"}, "reason": {"salt": f"{n + 1000:032x}", "value": f"Grund \u00fc\U0001f697 {n}"}}


def search(n, **change):
    opened = opening(n)
    committed = {field: commitment(field, **{k: v for k, v in each.items()}) for field, each in opened.items()}
    without = change.pop("without", ())
    committed = {k: v for k, v in committed.items() if k not in without}
    return body("read.search", change.pop("facts", {"purpose": "stolen-vehicle", "rows": n}), committed, **change)


def declared():
    return body("log.schema", {"version": 7, "sha256": HASH, "document": DOCUMENT}, by=OPERATOR)


def announced(signer=None):
    return body("log.key", {"key": (signer or LOG).key, "number": 0}, by={"agencyId": AGENCY, "id": "log-key", "kind": "machine"})


def leaves_of(bodies, micros=1_700_000_000_000_000, step=43_200_000_001):
    leaves, previous = [], bytes(32)
    for n, text in enumerate(bodies):
        leaf = (uuid.UUID(AGENCY).bytes + n.to_bytes(8, "big") + (micros + n * step).to_bytes(8, "big", signed=True)
                + previous + sha(text.encode()))
        leaves.append(leaf)
        previous = sha(b"\x00" + leaf)
    return leaves


def lines_of(bodies, leaves, complete=True, only=None, opened=()):
    lines = []
    for n in only if only is not None else range(len(bodies)):
        line = {"entry": n, "leaf": b64(leaves[n]), "body": bodies[n]}
        if not complete:
            line["proof"] = [b64(each) for each in path(n, leaves)]
        if n in opened:
            line["opened"] = opening(n)
        lines.append(line)
    return lines


def bundle(lines, note, key=None, complete=True, **header):
    first = {"bundle": "plateward-log-1", "key": key or LOG.key, "checkpoint": note, "complete": complete, "entries": len(lines), **header}
    return "".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) + "\n" for each in [first, *lines])


def log(size):
    bodies = [declared(), announced(), *(search(n) for n in range(2, size))][:size]
    return bodies, leaves_of(bodies)


cases = []


def case(name, holds, text, **more):
    cases.append({"name": name, "holds": holds, "bundle": text, **more})


for size in (0, 2, 3, 7, 8, 20, 257):
    bodies, leaves = log(size)
    note = LOG.note(size, mth(leaves))
    case(f"{size} entries, whole", True, bundle(lines_of(bodies, leaves, opened=range(2, min(size, 9))), note))
bodies, leaves = log(20)
note = LOG.note(20, mth(leaves))
case("some entries with proofs", True, bundle(lines_of(bodies, leaves, False, [0, 1, 5, 6, 19], [5, 19]), note, complete=False))
case("no entry of a part", True, bundle([], note, complete=False))
case("grown out of an earlier head", True, bundle(lines_of(bodies, leaves), note), earlier=LOG.note(13, mth(leaves[:13])))
case("grown out of nothing", True, bundle(lines_of(bodies, leaves), note), earlier=LOG.note(0, mth([])))
case("the same head as earlier", True, bundle(lines_of(bodies, leaves), note), earlier=note)
case("bodies withheld", True, bundle([{**each, "body": None} if n > 4 else each for n, each in enumerate(lines_of(bodies, leaves))], note))
text = note[: note.index("\n\n") + 1]
case("a further signature", True, bundle(lines_of(bodies, leaves), note + WITNESS.line(text)))
case("an extension line", True, bundle(lines_of(bodies, leaves), LOG.note(20, mth(leaves), more="more\n")))
old = [dumps({"agencyId": AGENCY, "committed": {}, "facts": {}, "kind": "agency.enrol", "outcome": "done", "schema": 1})]
mixed = [*old, *old, *bodies]
mixed_leaves = leaves_of(mixed)
case("older entries before the first declaration", True, bundle(lines_of(mixed, mixed_leaves), LOG.note(22, mth(mixed_leaves))))


def bad(name, change=None, **more):
    """The log of twenty with one thing wrong; `change` is given lines, and answers lines."""
    lines = lines_of(bodies, leaves, opened=[5])
    lines = change(lines) if change else lines
    case(name, False, bundle(lines, more.pop("note", note), **{k: v for k, v in more.items() if k != "earlier"}),
         **({"earlier": more["earlier"]} if "earlier" in more else {}))


def with_line(n, **change):
    return lambda lines: [{**each, **change} if at == n else each for at, each in enumerate(lines)]


def said(name, at, text):
    """A log that was written wrong: everything fits but what the entry says."""
    wrong = [text if n == at else each for n, each in enumerate(bodies)]
    wrong_leaves = leaves_of(wrong)
    case(name, False, bundle(lines_of(wrong, wrong_leaves), LOG.note(20, mth(wrong_leaves))))


bad("an entry is missing", lambda lines: lines[:7] + lines[8:])
bad("the last entry is missing", lambda lines: lines[:-1])
bad("an entry stands twice", lambda lines: lines[:8] + lines[7:])
bad("two entries are exchanged", lambda lines: lines[:7] + [lines[8], lines[7]] + lines[9:])
bad("a body is exchanged", with_line(7, body=bodies[8]))
bad("a body is no text", with_line(7, body=7))
bad("a leaf is exchanged", with_line(7, leaf=b64(leaves[8])))
bad("a leaf is cut", with_line(7, leaf=b64(leaves[7][:95])))
bad("a leaf is no base64", with_line(7, leaf="*" * 128))
bad("a member that is not known", with_line(7, more=1))
bad("a proof in a whole log", with_line(7, proof=[]))
bad("an opened value is another", with_line(5, opened={"plate": {"salt": f"{5:032x}", "value": "ABC6"}}))
bad("an opened field is another", with_line(5, opened={"reason": opening(5)["plate"]}))
bad("an opened field that is not committed to", with_line(5, opened={"name": opening(5)["plate"]}))
bad("an opened salt is short", with_line(5, opened={"plate": {"salt": "00", "value": "ABC5"}}))
bad("values opened of a withheld body", with_line(5, body=None))
bad("fewer lines than said", entries=21)
bad("more lines than said", entries=19)
bad("another kind of file", bundle="plateward-log-2")
bad("signed by another key", note=OTHER.note(20, mth(leaves)))
bad("another root, well signed", note=LOG.note(20, mth(leaves[:19])))
bad("another size, well signed", note=LOG.note(21, mth(leaves)))
bad("another log's name", note=LOG.note(20, mth(leaves), origin=ORIGIN[:-1] + "2"))
bad("a size with a zero before it", note=LOG.note("020", mth(leaves)))
bad("an empty line among the extension", note=LOG.note(20, mth(leaves), more="more\n\n"))
bad("not signed", note=note[: note.index("\n\n") + 2])
bad("no note", note="nothing")
bad("a signature for another text", note=LOG.note(20, mth(leaves)).replace("\n20\n", "\n19\n"))
bad("a key with another hash", key=LOG.key.replace(LOG.hint.hex(), "00000000"))
bad("a key that signed nothing", key=OTHER.key)
bad("said to be a part, without proofs", complete=False)
bad("history rewritten", earlier=LOG.note(13, mth([*leaves[:12], leaves[13]])))
bad("rolled back", earlier=LOG.note(25, mth(leaves)))
bad("an earlier head signed by another", earlier=OTHER.note(13, mth(leaves[:13])))
for name, change in (
    ("a proof with a hash too many", lambda each: [*each, each[-1]]),
    ("a proof with a hash too few", lambda each: each[:-1]),
    ("a proof in another order", lambda each: each[::-1]),
    ("a proof with another hash", lambda each: [b64(bytes(32)), *each[1:]]),
    ("a proof with something short", lambda each: [b64(bytes(31)), *each[1:]]),
):
    lines = lines_of(bodies, leaves, False, [5, 9])
    lines[1]["proof"] = change(lines[1]["proof"])
    case(name, False, bundle(lines, note, complete=False))
lines = lines_of(bodies, leaves, False, [5, 9])
case("a part whose entry says another number", False, bundle([lines[0], {**lines[1], "entry": 10}], note, complete=False))
case("a part that follows no declaration", False, bundle(lines, note, complete=False))

said("a commitment is missing", 9, search(9, without=("reason",)))
said("a fact is missing", 9, search(9, facts={"rows": 9}))
said("a fact of another form", 9, search(9, facts={"purpose": "Plate ABC9"}))
said("a fact that no schema has", 9, search(9, facts={"purpose": "robbery", "plate": "abc9"}))
said("a member in the open", 9, search(9, by={"agencyId": AGENCY, "kind": "member", "id": AGENCY, "role": "officer"}))
said("a schema that was never declared", 9, search(9, schema="ab" * 32))
said("an older form after the declaration", 9, search(9, schema=1))
said("an outcome that is none", 9, search(9, outcome="perhaps"))
said("a rule that is none", 9, search(9, rule="Any words"))
said("a further member", 9, search(9, note="more"))
said("another agency's log", 9, search(9).replace('"agencyId":"0b0e7d3c', '"agencyId":"1b0e7d3c', 1))
said("a commitment that is no hash", 9, search(9).replace(commitment("plate", f"{9:032x}", "ABC9"), "none"))
said("members in another order", 9, json.dumps(json.loads(search(9)), separators=(",", ":"), sort_keys=False)[::1].replace('{"agencyId"', '{ "agencyId"', 1))
said("a broken number", 9, search(9).replace('"rows":9', '"rows":9.0'))
said("no JSON", 9, "nothing")
said("no declaration at all", 0, search(0))
said("a declaration of something else", 0, declared().replace(HASH, "cd" * 32))
said("a key that is never announced", 1, search(1))
said("another key announced", 1, announced(OTHER))

# ---- what was shown, against what was granted: AGENCY is the owner; PEER asks

PEER, THIRD = "1b0e7d3c-5f53-4c62-9f0a-0c5f6f1d7a11", "2b0e7d3c-5f53-4c62-9f0a-0c5f6f1d7a11"
GRANT = "aaaaaaaa-0000-4000-8000-000000000001"
ANY = {fact: "json" for fact in ("owner", "grantId", "purposes", "validFrom", "validUntil", "searchesPerDayMax", "rowsPerSearchMax", "purpose", "asked", "approved", "amends", "openingMinutes", "openingId", "decision")}
SHARING = dumps({"version": 8, "forms": {**SCHEMA["forms"], "json": ".*"}, "kinds": {
    **{kind: SCHEMA["kinds"][kind] for kind in ("log.schema", "log.key")},
    **{kind: {"facts": ANY} for kind in ("read.search", "read.picture", "grant.request", "grant.approve", "grant.decline", "grant.suspend", "grant.revoke", "grant.expire", "opening.ask", "opening.confirm", "opening.end", "opening.review")}}})
SHARED = hashlib.sha256(SHARING.encode()).hexdigest()
ADMIN, ASKER, OTHER_ASKER = ({"agencyId": each, "kind": "member", "role": "administrator"} for each in (AGENCY, PEER, THIRD))


def told(kind, facts, by, **more):
    return body(kind, facts, by=by, schema=SHARED, **more)


def asks(by=ASKER, **facts):
    return told("grant.request", {"owner": AGENCY, "grantId": GRANT, "purposes": ["stolen-vehicle"], "validFrom": "2023-11-01T00:00:00.000Z",
                                  "validUntil": "2023-12-01T00:00:00.000Z", "rowsPerSearchMax": 10, **facts}, by)


def step(to, by=ADMIN, **facts):
    return told("grant." + to, {"grantId": GRANT, **facts}, by)


def shows(by=ASKER, kind="read.search", purpose="stolen-vehicle", outcome="done", **asked):
    return told(kind, {"purpose": purpose, "asked": [{"agencyId": AGENCY, "verdict": "granted", "grants": [GRANT], "rows": 3, **asked}]}, by, outcome=outcome)


def shared(name, holds, *steps, withheld=(), gap=None):
    """Entry 2 is of 2023-11-15 22:13, each further one of twelve hours (or a gap of seconds) later: 3 and 4, 5 and 6 are of one day."""
    bodies = [told("log.schema", {"version": 8, "sha256": SHARED, "document": SHARING}, OPERATOR),
              told("log.key", {"key": LOG.key, "number": 0}, {"agencyId": AGENCY, "id": "log-key", "kind": "machine"}), *steps]
    leaves = leaves_of(bodies, step=43_200_000_001 if gap is None else gap * 1_000_000)
    lines = [{**each, "body": None} if n in withheld else each for n, each in enumerate(lines_of(bodies, leaves))]
    case("sharing: " + name, holds, bundle(lines, LOG.note(len(bodies), mth(leaves))))


granted = (asks(), step("approve"))
shared("under a live grant", True, *granted, shows(), shows(), shows(kind="read.picture"), step("revoke"))
shared("as many rows as it allows", True, *granted, shows(rows=10))
shared("the own reads", True, shows(by=ADMIN, verdict="own", grants=[]))
shared("refused, whatever was asked", True, *granted, step("revoke"), shows(outcome="refused"))
shared("asked for and declined", True, asks(), step("decline"))
shared("what was not told of its scope is not held against it", True, told("grant.request", {"owner": AGENCY, "grantId": GRANT}, ASKER), step("approve"), shows(purpose="robbery", rows=99))
shared("the request was withheld", True, *granted, shows(), withheld=(2, 3))
shared("as many searches a day as it allows", True, asks(searchesPerDayMax=1), step("approve"), shows(), shows())
shared("two of two owners", True, *granted, told("read.search", {"purpose": "stolen-vehicle", "asked": [{"agencyId": AGENCY, "verdict": "granted", "grants": [GRANT], "rows": 1}, {"agencyId": THIRD, "verdict": "refused", "rule": "grant_missing"}, {"agencyId": PEER, "verdict": "own", "rows": 2}]}, ASKER))
shared("approved by two", True, asks(), step("approve", approved=False), step("approve", approved=True), shows())
shared("approved by one of two", False, asks(), step("approve", approved=False), shows())
shared("a grant that was never asked for", False, shows())
shared("a grant that was never approved", False, asks(), shows())
shared("approved without a request", False, step("approve"))
shared("approved by who asked", False, asks(), step("approve", by=ASKER))
shared("approved by somebody else", False, asks(), step("approve", by=OTHER_ASKER))
shared("approved twice", False, *granted, step("approve"))
shared("approved after it was declined", False, asks(), step("decline"), step("approve"))
shared("approved again after it was revoked", False, *granted, step("revoke"), step("approve"))
NEXT = GRANT[:-1] + ("0" if GRANT[-1] != "0" else "1")
next_asks = asks(grantId=NEXT, amends=GRANT)
next_approved = step("approve", grantId=NEXT)
shared("in the stead of another, asked for", True, *granted, next_asks, shows())
shared("in the stead of another, approved", True, *granted, next_asks, next_approved, shows(grants=[NEXT]), step("expire"))
shared("under one that another has replaced", False, *granted, next_asks, next_approved, shows())
shared("under one that another has replaced, which was revoked", False, *granted, next_asks, next_approved, step("revoke", grantId=NEXT), shows())
shared("suspended and approved anew", True, *granted, shows(), step("suspend"), step("approve"), shows(), step("suspend"), step("revoke"))
shared("suspended, and approved anew by one of two", False, *granted, step("suspend"), step("approve", approved=False), shows())
shared("while it is suspended", False, *granted, step("suspend"), shows())
shared("suspended by who asked", False, *granted, step("suspend", by=ASKER))
shared("suspended before it was approved", False, asks(), step("suspend"))
shared("approved anew after it was revoked while suspended", False, *granted, step("suspend"), step("revoke"), step("approve"))
shared("asked for twice", False, asks(), asks())
shared("revoked by who asked", False, *granted, step("revoke", by=ASKER))
shared("after it was revoked", False, *granted, step("revoke"), shows())
shared("after it expired", False, *granted, step("expire"), shows())
shared("a picture after it was revoked", False, *granted, step("revoke"), shows(kind="read.picture"))
shared("before it begins", False, asks(validFrom="2023-11-18T00:00:00Z"), step("approve"), shows())
shared("after its time", False, asks(validUntil="2023-11-16T12:00:00.5Z"), step("approve"), shows())
shared("a moment after its time, as a search that ran", True, asks(validUntil="2023-11-16T22:10:00Z"), step("approve"), shows())
shared("for another purpose", False, *granted, shows(purpose="robbery"))
shared("to somebody else", False, *granted, shows(by=OTHER_ASKER))
shared("of another owner", False, *granted, shows(agencyId=THIRD))
shared("under no grant", False, *granted, shows(grants=[]))
shared("under one grant that lives and one that is not known", False, *granted, shows(grants=[GRANT, THIRD]))
shared("more rows than it allows", False, *granted, shows(rows=11))
shared("more searches a day than it allows", False, asks(searchesPerDayMax=1), step("approve"), shows(), shows(), shows())
shared("another agency's reads as the own", False, shows(verdict="own", grants=[]))
shared("revoked, though something was withheld", False, shows(), *granted, step("revoke"), shows(), withheld=(2,))

OPENING = "bbbbbbbb-0000-4000-8000-000000000001"
AGAIN = OPENING[:-1] + "2"


def opens(what, by=None, grantId=GRANT, openingId=OPENING, **facts):
    named = {"ask": {"purpose": "stolen-vehicle"}, "review": {"decision": "justified"}}.get(what, {})
    return told("opening." + what, {"grantId": grantId, "openingId": openingId, **named, **facts}, by or (ADMIN if what == "review" else ASKER))


emergency = (asks(openingMinutes=60), step("approve"))
opened = (*emergency, opens("ask"), opens("confirm"))
TEN, HOUR = {"gap": 600}, {"gap": 3600}
shared("an emergency: within its opening", True, *opened, shows(), shows(kind="read.picture"), opens("end"), opens("review"), **TEN)
shared("an emergency: opened again after its review", True, *opened, shows(), opens("end", by=ADMIN), opens("review"), opens("ask", openingId=AGAIN), opens("confirm", openingId=AGAIN), shows(), **TEN)
shared("an emergency: asked for again after it lapsed or was withdrawn", True, *emergency, opens("ask"), opens("ask", openingId=AGAIN), opens("end", openingId=AGAIN), opens("ask"), opens("confirm"), shows(), **TEN)
shared("an emergency: reviewed after its time", True, *opened, shows(), opens("review"), **HOUR)
shared("an emergency: not opened", False, *emergency, shows(), **TEN)
shared("an emergency: asked for by one, confirmed by nobody", False, *emergency, opens("ask"), shows(), **TEN)
shared("an emergency: after it was ended", False, *opened, opens("end"), shows(), **TEN)
shared("an emergency: a picture after it was ended", False, *opened, opens("end"), shows(kind="read.picture"), **TEN)
shared("an emergency: after its time", False, *opened, shows(), shows(), **HOUR)
shared("an emergency: for another purpose", False, asks(openingMinutes=60, purposes=["stolen-vehicle", "robbery"]), step("approve"), opens("ask"), opens("confirm"), shows(purpose="robbery"), **TEN)
shared("an emergency: opened before its grant was approved", False, asks(openingMinutes=60), opens("ask"), opens("confirm"), **TEN)
shared("an emergency: opened after its grant was revoked", False, *emergency, opens("ask"), step("revoke"), opens("confirm"), **TEN)
shared("an emergency: asked for by the owner", False, *emergency, opens("ask", by=ADMIN), **TEN)
shared("an emergency: confirmed by the owner", False, *emergency, opens("ask"), opens("confirm", by=ADMIN), **TEN)
shared("an emergency: confirmed twice", False, *opened, opens("confirm"), **TEN)
shared("an emergency: confirmed after it was withdrawn", False, *emergency, opens("ask"), opens("end"), opens("confirm"), **TEN)
shared("an emergency: confirmed after the hour", False, *emergency, opens("ask"), opens("confirm"), **{"gap": 4000})
shared("an emergency: confirmed though nobody asked", False, *emergency, opens("confirm"), **TEN)
shared("an emergency: ended by somebody else", False, *opened, opens("end", by=OTHER_ASKER), **TEN)
shared("an emergency: reviewed by its grantee", False, *opened, opens("end"), opens("review", by=ASKER), **TEN)
shared("an emergency: reviewed while it is open", False, *opened, opens("review"), **TEN)
shared("an emergency: reviewed though nobody opened it", False, *emergency, opens("ask"), opens("end"), opens("review"), **TEN)
shared("an emergency: reviewed twice", False, *opened, opens("end"), opens("review"), opens("review"), **TEN)
shared("an emergency: opened again before its review", False, *opened, opens("end"), opens("ask", openingId=AGAIN), **TEN)
shared("an opening of a standing grant", False, *granted, opens("ask"), **TEN)
shared("an opening of a grant that nobody asked for", False, opens("ask"), **TEN)
shared("an opening of a grant whose request was withheld", True, *opened, shows(), withheld=(2,), **TEN)

# ---- a log whose key was replaced, and replaced again

SECOND = Signer("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")
THIRD_KEY = Signer("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42")
ROTATED = dumps({"version": 9, "forms": {**SCHEMA["forms"], "signature": '"[A-Za-z0-9+/]{40,100}={0,2}"'}, "kinds": {
    **SCHEMA["kinds"], "logkey.rotate": {"facts": {"before": "key", "key": "key", "number": "count", "possession": "signature"},
                                         "needs": ["before", "key", "number", "possession"]}}})
ROTATED_HASH = hashlib.sha256(ROTATED.encode()).hexdigest()


def possession(number, before, after, by=None):
    return b64((by or after).private.sign(f"plateward/log-key/1\n{ORIGIN}\n{number}\n{before.key}\n{after.key}\n".encode()))


def replaces(number, before, after, **change):
    facts = {"before": before.key, "key": after.key, "number": number, "possession": possession(number, before, after), **change}
    return body("logkey.rotate", facts, by=ADMIN, schema=ROTATED_HASH)


def link(n, bodies, leaves, signer, size=None, **change):
    """The change of key at an entry, with the head that the key before signed last."""
    text = signer.note(size or n + 1, mth(leaves[: size or n + 1]))
    return {"entry": n, "leaf": b64(leaves[n]), "body": bodies[n],
            "proof": tlog_proof(n, path(n, leaves[: size or n + 1]), text), **change}


def tlog_proof(index, hashes, note):
    return "\n".join(["c2sp.org/tlog-proof@v1", f"index {index}", *(b64(each) for each in hashes), "", note])


def rotated_log(size=20, first=None, second=None):
    """Entries 6 and 13 replace the key."""
    bodies = [body("log.schema", {"version": 9, "sha256": ROTATED_HASH, "document": ROTATED}, by=OPERATOR, schema=ROTATED_HASH),
              body("log.key", {"key": LOG.key, "number": 0}, by={"agencyId": AGENCY, "id": "log-key", "kind": "machine"}, schema=ROTATED_HASH),
              *(search(n, schema=ROTATED_HASH) for n in range(2, 20))]
    bodies[6] = first or replaces(1, LOG, SECOND)
    bodies[13] = second or replaces(2, SECOND, THIRD_KEY)
    bodies = bodies[:size]
    return bodies, leaves_of(bodies)


def links_in(bodies, leaves):
    return [link(n, bodies, leaves, signer) for n, signer in ((6, LOG), (13, SECOND)) if n < len(bodies)]


def rotated(name, holds, signer=THIRD_KEY, key=None, header=None, size=20, first=None, second=None, links=None, note=None, only=None, earlier=None, change=None):
    bodies, leaves = rotated_log(size, first, second)
    keys = links_in(bodies, leaves) if links is None else links(bodies, leaves)
    lines = lines_of(bodies, leaves, only is None, only)
    text = bundle(change(lines) if change else lines, note(leaves) if note else signer.note(size, mth(leaves)), key=header or signer.key,
                  complete=only is None, **({} if keys is None else {"keys": keys}))
    case("key: " + name, holds, text, **({"key": key} if key else {}), **({"earlier": earlier(leaves)} if earlier else {}))


def both(size, *signers):
    return lambda leaves: signers[0].note(size, mth(leaves[:size])) + "".join(
        each.line(f"{ORIGIN}\n{size}\n{b64(mth(leaves[:size]))}\n") for each in signers[1:])


rotated("replaced twice", True)
rotated("replaced twice, by who knows the first key", True, key=LOG.key)
rotated("replaced twice, by who knows the second key", True, key=SECOND.key)
rotated("replaced twice, a part with proofs", True, only=[0, 1, 2, 6, 13, 19])
rotated("replaced twice, a part by who knows the first key", True, key=LOG.key, only=[0, 6, 9, 13])
rotated("replaced once so far", True, signer=SECOND, size=12, key=LOG.key)
rotated("replaced by the newest entry, signed by the key before", True, signer=LOG, size=7, links=lambda *_: None)
rotated("replaced by the newest entry, signed by the new key", True, signer=SECOND, size=7, key=LOG.key)
rotated("replaced by the newest entry, signed by both", True, signer=SECOND, size=7, note=both(7, LOG, SECOND))
rotated("an older head, with keys that are newer", True, signer=LOG, size=6, links=lambda *_: links_in(*rotated_log()))
rotated("grown out of a head of the first key", True, earlier=lambda leaves: LOG.note(4, mth(leaves[:4])))
rotated("grown out of the last head of the first key", True, key=LOG.key, earlier=lambda leaves: LOG.note(7, mth(leaves[:7])))
rotated("grown out of a head of the second key", True, key=LOG.key, earlier=lambda leaves: SECOND.note(9, mth(leaves[:9])))
rotated("signed by the old key too, for a while", True, note=both(20, THIRD_KEY, SECOND))
rotated("signed with the replaced key", False, signer=SECOND, header=SECOND.key)
rotated("signed with the first key, long replaced", False, signer=LOG, header=LOG.key, key=LOG.key)
rotated("signed with the first key, and its replacement kept quiet", False, signer=LOG, links=lambda *_: None)
rotated("signed with the new key before its entry", False, note=lambda leaves: THIRD_KEY.note(20, mth(leaves)), links=lambda b, l: [link(6, b, l, LOG)])
rotated("an earlier head signed with the new key before its entry", False, earlier=lambda leaves: SECOND.note(4, mth(leaves[:4])))
rotated("an earlier head signed with the old key after it was replaced", False, earlier=lambda leaves: LOG.note(9, mth(leaves[:9])))
rotated("a key that no entry introduced", False, signer=OTHER, header=OTHER.key)
rotated("a key that no entry introduced, by who knows the first key", False, signer=OTHER, key=LOG.key)
rotated("known by a key that the log never had", False, key=OTHER.key)
rotated("no change of key comes along", False, key=LOG.key, links=lambda *_: None)
rotated("the second change does not come along", False, links=lambda b, l: links_in(b, l)[:1])
rotated("the first change does not come along", False, links=lambda b, l: links_in(b, l)[1:])
rotated("the changes in another order", False, links=lambda b, l: links_in(b, l)[::-1])
rotated("a change twice", False, links=lambda b, l: [links_in(b, l)[0], *links_in(b, l)])
rotated("the last head not signed by the key before", False, links=lambda b, l: [link(6, b, l, OTHER), links_in(b, l)[1]])
rotated("the last head signed by the new key", False, links=lambda b, l: [link(6, b, l, SECOND), links_in(b, l)[1]])
rotated("the last head larger than its entry", False, links=lambda b, l: [link(6, b, l, LOG, size=8), links_in(b, l)[1]])
rotated("the last head of another history", False, links=lambda b, l: [link(6, *(lambda x: (x, leaves_of(x)))([*b[:4], search(99, schema=ROTATED_HASH), *b[5:]]), LOG), links_in(b, l)[1]])
rotated("the last head over another tree", False, links=lambda b, l: [link(6, b, [*l[:3], l[9], *l[4:7]], LOG), links_in(b, l)[1]])
rotated("the last head over another tree, a part", False, only=[0, 6, 13], links=lambda b, l: [link(6, b, [*l[:3], l[9], *l[4:7]], LOG), links_in(b, l)[1]])
rotated("no possession of the new key", False, first=replaces(1, LOG, SECOND, possession=possession(1, LOG, SECOND, by=LOG)))
rotated("possession of another number", False, first=replaces(1, LOG, SECOND, possession=possession(2, LOG, SECOND)))
rotated("possession in the place of another key", False, second=replaces(2, SECOND, THIRD_KEY, possession=possession(2, LOG, THIRD_KEY)))
rotated("in the place of another key than signed before", False, second=replaces(2, LOG, THIRD_KEY))
rotated("another number", False, second=replaces(3, SECOND, THIRD_KEY))
rotated("the first key again", False, signer=LOG, second=replaces(2, SECOND, LOG), header=LOG.key)
rotated("a key of another log", False, first=replaces(1, LOG, Signer("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", ORIGIN[:-1] + "2")))
rotated("an entry of another kind", False, first=body("purposes.set", {"purposes": ["robbery"]}, by=ADMIN, schema=ROTATED_HASH))
rotated("a refused change", False, first=body("logkey.rotate", {"before": LOG.key, "key": SECOND.key, "number": 1, "possession": possession(1, LOG, SECOND)}, by=ADMIN, outcome="refused", schema=ROTATED_HASH))
rotated("a replaced key replaces again", False, second=replaces(2, LOG, THIRD_KEY), links=lambda b, l: [link(6, b, l, LOG), link(13, b, l, LOG)])
FOREIGN = Signer("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", ORIGIN[:-1] + "2")
rotated("replaced by a key of another log, which signs", False, key=LOG.key, header=LOG.key, size=12, first=replaces(1, LOG, FOREIGN), note=lambda leaves: FOREIGN.note(12, mth(leaves), origin=ORIGIN))
rotated("a signature of the right key under another text", False, note=lambda leaves: f"{ORIGIN}\n20\n{b64(mth(leaves))}\n\n" + THIRD_KEY.line("another text\n"))
rotated("the body of a change with a word more", False, links=lambda b, l: [{**links_in(b, l)[0], "body": replaces(1, LOG, SECOND, cause="scheduled")}, links_in(b, l)[1]])
rotated("the body of a change exchanged", False, links=lambda b, l: [{**links_in(b, l)[0], "body": b[13]}, links_in(b, l)[1]])
rotated("the leaf of a change exchanged", False, links=lambda b, l: [{**links_in(b, l)[0], "leaf": b64(l[13])}, links_in(b, l)[1]])
rotated("a change at another entry than said", False, links=lambda b, l: [{**links_in(b, l)[0], "entry": 7}, links_in(b, l)[1]])
rotated("a change with a member too many", False, links=lambda b, l: [{**links_in(b, l)[0], "more": 1}, links_in(b, l)[1]])
rotated("a change without its proof", False, links=lambda b, l: [{k: v for k, v in links_in(b, l)[0].items() if k != "proof"}, links_in(b, l)[1]])
rotated("keys that are no list", False, links=lambda b, l: {})
rotated("a part without the entry of a change", False, only=[0, 1, 2, 13, 19])
rotated("a part of which the newest change is left out", False, only=[0, 1, 2, 6])
rotated("a second key announced as a first one", False, signer=LOG, size=12, first=body("log.key", {"key": SECOND.key, "number": 0}, by={"agencyId": AGENCY, "id": "log-key", "kind": "machine"}, schema=ROTATED_HASH), links=lambda *_: None)
rotated("another key announced than was replaced", False, change=None, first=replaces(1, OTHER, SECOND), links=lambda b, l: [link(6, b, l, OTHER), links_in(b, l)[1]])

receipts, under_keys = [], []


def receipt(name, holds, entry, leaf, text):
    receipts.append({"name": name, "holds": holds, "key": LOG.key, "receipt": {"agencyId": AGENCY, "entry": entry, "hash": sha(b"\x00" + leaf).hex(), "proof": text}})


for size in (1, 2, 3, 8, 20):
    for index in sorted({0, size // 2, size - 1}):
        receipt(f"entry {index} of {size}", True, index, leaves[index], tlog_proof(index, path(index, leaves[:size]), LOG.note(size, mth(leaves[:size]))))
good = path(9, leaves)
receipt("another entry", False, 9, leaves[8], tlog_proof(9, good, note))
receipt("another index in the proof", False, 9, leaves[9], tlog_proof(10, good, note))
receipt("another place", False, 8, leaves[9], tlog_proof(8, good, note))
receipt("a hash too few", False, 9, leaves[9], tlog_proof(9, good[:-1], note))
receipt("a hash too many", False, 9, leaves[9], tlog_proof(9, [*good, good[0]], note))
receipt("beyond the tree", False, 20, leaves[9], tlog_proof(20, good, note))
receipt("signed by another", False, 9, leaves[9], tlog_proof(9, good, OTHER.note(20, mth(leaves))))
receipt("another root", False, 9, leaves[9], tlog_proof(9, good, LOG.note(20, mth(leaves[:19]))))
receipt("another form", False, 9, leaves[9], tlog_proof(9, good, note).replace("@v1", "@v2"))
receipt("no head", False, 9, leaves[9], tlog_proof(9, good, ""))

bodies, leaves = rotated_log()
links = links_in(bodies, leaves)


def under(name, holds, key, size, signer, entry=4, keys=None):
    text = tlog_proof(entry, path(entry, leaves[:size]), signer.note(size, mth(leaves[:size])))
    under_keys.append({"name": name, "holds": holds, "key": key, "keys": "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in (links if keys is None else keys)),
                       "receipt": {"agencyId": AGENCY, "entry": entry, "hash": sha(b"\x00" + leaves[entry]).hex(), "proof": text}})


under("of the first key's time, by who knows the third", True, THIRD_KEY.key, 6, LOG)
under("of the third key's time, by who knows the first", True, LOG.key, 20, THIRD_KEY)
under("of the second key's time", True, LOG.key, 11, SECOND)
under("of the moment of a change, by the key before", True, SECOND.key, 7, LOG)
under("of the moment of a change, by the new key", True, LOG.key, 7, SECOND)
under("a replaced key after its time", False, LOG.key, 8, LOG)
under("a new key before its time", False, LOG.key, 6, SECOND)
under("a key that the log never had", False, LOG.key, 20, OTHER)
under("a key whose last head is said to be a later one", False, LOG.key, 8, LOG, keys=[link(6, bodies, leaves, LOG, size=8), links[1]])
under("without the keys", False, LOG.key, 20, THIRD_KEY, keys=[])
under("with half of the keys", False, LOG.key, 20, THIRD_KEY, keys=links[:1])

print(json.dumps({"merkle": merkle, "cases": cases, "receipts": receipts, "underKeys": under_keys}, indent=0))
