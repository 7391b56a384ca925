#!/usr/bin/env python3
"""A second verifier of Plateward's logs, written from docs/log.md alone: Python's standard library, nothing of ours, no network.

    python3 docs/verify_log.py [--key KEY] [--keys FILE] [--earlier FILE] [--witness KEY]... [--quorum K] [--json] PLACE...

A PLACE is a bundle (JSON lines), or a folder that holds a copy of a log's addresses, or with --receipt a receipt. Says of each
whether it holds; exit 0 when all do, else 1, each with the entry and the reason.
"""
import argparse
import base64
import binascii
import hashlib
import json
import math
import os
import re
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal


class Fault(Exception):
    def __init__(self, because, entry=None):
        super().__init__(because)
        self.because, self.entry = because, entry


def sha256(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


# ---- Ed25519 verification (RFC 8032, section 5.1.7), in extended coordinates

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def point_add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            result = point_add(result, point)
        point = point_add(point, point)
        scalar >>= 1
    return result


def point_of(data):
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * ROOT % P
    if (x * x - square) % P != 0 or (x == 0 and sign == 1):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519(public_key, message, signature):
    if len(public_key) != 32 or len(signature) != 64:
        return False
    a, r = point_of(public_key), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % L
    left, right = point_times(s, BASE), point_add(r, point_times(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# ---- Texts, read strictly

def unbase64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode() == text else None


def is_text(value):
    return isinstance(value, str) and not any(0xD800 <= ord(char) <= 0xDFFF for char in value)


def number(text):
    """1.0 and 1e2 are whole numbers to JSON; borders of an area and shares are not."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("no such number")
    return int(value) if value.is_integer() and abs(value) < 1e21 else value


def constant(text):
    raise ValueError("no such number")


def parse_json(text, what, entry=None):
    try:
        return json.loads(text, parse_float=number, parse_constant=constant)
    except (ValueError, RecursionError):
        raise Fault(what + " is not JSON of numbers, text, lists and objects", entry) from None


def written(value):
    """A number as ECMAScript writes it, which RFC 8785 asks for: the fewest digits that say it."""
    parts = Decimal(repr(value)).normalize().as_tuple()
    digits = "".join(map(str, parts.digits))
    point = len(digits) + parts.exponent
    if 0 < point <= 21:
        text = digits.ljust(point, "0") if point >= len(digits) else digits[:point] + "." + digits[point:]
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        text = digits[0] + ("." + digits[1:] if len(digits) > 1 else "") + f"e{point - 1:+d}"
    return "-" + text if parts.sign else text


def canonical(value):
    if isinstance(value, float):
        return written(value)
    if isinstance(value, list):
        return "[" + ",".join([canonical(each) for each in value]) + "]"
    if isinstance(value, dict):
        return "{" + ",".join([canonical(name) + ":" + canonical(value[name]) for name in sorted(value)]) + "}"
    return json.dumps(value, ensure_ascii=False)


def whole(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


# ---- Keys, checkpoints (C2SP signed-note, tlog-checkpoint), trees (RFC 6962)

class Key:
    def __init__(self, text, kind=1):
        found = re.fullmatch(r"([^ +]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\n?", text) if is_text(text) else None
        data = unbase64(found[3]) if found else None
        if not found or data is None or len(data) != 33 or data[0] != kind:
            raise Fault("the key is not a verifier key for Ed25519")
        self.text, self.name, self.public_key = text.strip(), found[1], data[1:]
        self.hint = sha256(self.name.encode() + b"\n", data)[:4]
        if self.hint.hex() != found[2]:
            raise Fault("the key does not have the hash that it names")


def stated(note, name):
    """Text, size and root of a note of that log, and its signature lines as (name, bytes); nothing of it is believed yet."""
    end = note.find("\n\n") if is_text(note) else -1
    if end < 0 or not note.endswith("\n"):
        raise Fault("the checkpoint is not a signed note")
    text = note[: end + 1]
    lines = text[:-1].split("\n")
    if lines[0] != name:
        raise Fault("the checkpoint is of another log")
    size = lines[1] if len(lines) > 1 else ""
    root = unbase64(lines[2]) if len(lines) > 2 else None
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", size) or int(size) >= 2**53 or root is None or len(root) != 32 or "" in lines[3:]:
        raise Fault("the checkpoint does not state a size and a root")
    signatures = []
    for line in note[end + 2 : -1].split("\n"):
        found = re.fullmatch(r"\u2014 ([^ +]+) ([A-Za-z0-9+/=]+)", line)
        signature = unbase64(found[2]) if found else None
        if signature is None or len(signature) < 5:
            raise Fault("the checkpoint has a line that is no signature")
        signatures.append((found[1], signature))
    return text, int(size), root, signatures


def signed_by(key, text, signatures):
    """Whether a note carries that key's signature, and it holds; None where it carries none."""
    mine = [data for name, data in signatures if name == key.name and data[:4] == key.hint]
    if len(mine) > 1:
        raise Fault("the checkpoint is signed twice with this key")
    return ed25519(key.public_key, text.encode(), mine[0][4:]) if mine else None


def open_checkpoint(note, key):
    """Size and root that a signed note states."""
    text, size, root, signatures = stated(note, key.name)
    holds = signed_by(key, text, signatures)
    if not holds:
        raise Fault("the checkpoint is not signed with this key" if holds is None else "the checkpoint's signature does not hold")
    return size, root


def cosignatures(note, witnesses):
    """Name and time of each of these witnesses that stands under a note (docs/witness.md); the note was opened before."""
    text, lines = note[: note.find("\n\n") + 1], note[note.find("\n\n") + 2 : -1].split("\n")
    found = []
    for witness in witnesses:
        mine = [unbase64(line.split(" ")[2]) for line in lines if line.split(" ")[1] == witness.name]
        mine = [each for each in mine if each[:4] == witness.hint]
        if len(mine) > 1:
            raise Fault("the checkpoint is signed twice with this key")
        for each in mine:
            time = int.from_bytes(each[4:12], "big")
            message = f"cosignature/v1\ntime {time}\n{text}".encode()
            if len(each) != 76 or time >= 2**63 or not ed25519(witness.public_key, message, each[12:]):
                raise Fault(f"the cosignature of {witness.name} does not hold")
            found.append({"witness": witness.name, "time": time})
    return found


def require_quorum(notes, keys, quorum):
    """The cosignatures of the first of these notes that has enough, and which that is."""
    witnesses = [Key(text, 4) for text in keys]
    for one in ([each.name for each in witnesses], [each.public_key for each in witnesses]):
        if len(set(one)) < len(one):
            raise Fault("a witness is named twice")
    if not 1 <= quorum <= len(witnesses):
        raise Fault(f"{quorum} of {len(witnesses)} witnesses is no number that there can be")
    most = 0
    for at, note in enumerate(notes):
        found = cosignatures(note, witnesses)
        if len(found) >= quorum:
            return at, found
        most = max(most, len(found))
    raise Fault(f"{most} of the {len(witnesses)} witnesses have cosigned the head; {quorum} are wanted")


def leaf_hash(leaf):
    return sha256(b"\0", leaf)


def node_hash(left, right):
    return sha256(b"\1", left, right)


class Tree:
    """Grows leaf by leaf; keeps the roots of the full subtrees at its right edge."""

    def __init__(self):
        self.size, self.peaks = 0, []

    def push(self, node):
        size = self.size
        while size & 1:
            node = node_hash(self.peaks.pop(), node)
            size >>= 1
        self.peaks.append(node)
        self.size += 1

    def root(self):
        if not self.peaks:
            return sha256()
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = node_hash(peak, node)
        return node


def root_of_inclusion(index, size, node, proof):
    """RFC 9162, 2.1.3.2; None when the proof is of another length."""
    if not 0 <= index < size:
        return None
    at, last = index, size - 1
    for sibling in proof:
        if last == 0:
            return None
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            while not at & 1 and at != 0:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    return node if last == 0 else None


def hashes_of(texts, entry=None):
    hashes = [unbase64(text) if isinstance(text, str) else None for text in texts]
    if any(each is None or len(each) != 32 for each in hashes):
        raise Fault("a proof holds something that is no hash", entry)
    return hashes


def root_up_to(index, size, node, proof):
    """Root of the tree that ended with this leaf, from its proof in a larger one, which was checked."""
    at, last = index, size - 1
    for sibling in proof:
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            while not at & 1 and at != 0:
                at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
    return node


# ---- Keys that took each other's place

class Keys:
    """All keys of a log, from one that is believed; `turns` are the entries that put one in the place of another."""

    def __init__(self, trusted, links):
        believed = Key(trusted)
        self.name, self.turns = believed.name, []
        first = self.told(links[0])["before"] if links else believed.text
        self.keys = [Key(first)]
        for link in links:
            self.follow(link)
        if believed.text not in [each.text for each in self.keys]:
            raise Fault("the key is none that this log has had")

    @staticmethod
    def told(link):
        if not isinstance(link, dict) or set(link) != {"entry", "leaf", "body", "proof"} or not whole(link["entry"]):
            raise Fault("a change of key lacks entry, leaf, body or proof, or has more")
        if not all(is_text(link[name]) for name in ("leaf", "body", "proof")):
            raise Fault("a change of key lacks entry, leaf, body or proof, or has more")
        entry, body = link["entry"], parse_json(link["body"], "the body", link["entry"])
        if not isinstance(body, dict) or not Rules.written_so(body, link["body"]):
            raise Fault("the body is not canonical JSON", entry)
        facts = body.get("facts")
        if body.get("kind") != "logkey.rotate" or body.get("outcome") != "done" or not isinstance(facts, dict):
            raise Fault("the entry does not put a key in the place of another", entry)
        if not all(is_text(facts.get(name)) for name in ("before", "key", "possession")) or not whole(facts.get("number")):
            raise Fault("the entry does not put a key in the place of another", entry)
        return facts

    def follow(self, link):
        facts, entry, before = self.told(link), link["entry"], self.keys[-1]
        if facts["before"] != before.text:
            raise Fault("the entry puts a key in the place of another than signed before it", entry)
        if facts["number"] != len(self.keys) or entry <= (self.turns[-1][0] if self.turns else -1):
            raise Fault("the changes of key are out of order", entry)
        key = Key(facts["key"])
        if key.text != facts["key"] or key.name != before.name:
            raise Fault("the new key is of another log", entry)
        if any(key.public_key == each.public_key for each in self.keys):
            raise Fault("a key that was replaced comes again", entry)
        leaf = unbase64(link["leaf"])
        if leaf is None or len(leaf) != 96:
            raise Fault("the leaf does not have 96 bytes", entry)
        if int.from_bytes(leaf[16:24], "big") != entry or leaf[:16].hex() != before.name[before.name.rfind("/") + 1 :].replace("-", ""):
            raise Fault("the leaf is not of this entry of this log", entry)
        if sha256(link["body"].encode()) != leaf[64:]:
            raise Fault("the body is not the one that the leaf commits to", entry)
        size, root = check_proof(link["proof"], entry, leaf_hash(leaf), lambda note: open_checkpoint(note, before))
        if size != entry + 1:
            raise Fault("the last head of a key is the one that ends with the entry which replaces it", entry)
        statement = f"plateward/log-key/1\n{before.name}\n{facts['number']}\n{facts['before']}\n{facts['key']}\n"
        signature = unbase64(facts["possession"])
        if signature is None or not ed25519(key.public_key, statement.encode(), signature):
            raise Fault("the new key has not signed that it takes the place of the one before", entry)
        self.keys.append(key)
        self.turns.append((entry, leaf, root))

    def open(self, note):
        """Size and root of a head that the key whose turn it was has signed."""
        text, size, root, signatures = stated(note, self.name)
        signed = False
        for at, key in enumerate(self.keys):
            ends = self.turns[at][0] + 1 if at < len(self.turns) else size
            begins = self.turns[at - 1][0] + 1 if at > 0 else 0
            holds = signed_by(key, text, signatures) if begins <= size <= ends else None
            if holds is False:
                raise Fault("the checkpoint's signature does not hold")
            signed = signed or bool(holds)
        if signed:
            return size, root
        if any(signed_by(key, text, signatures) for key in self.keys):
            raise Fault(f"the head of {size} entries is signed with a key of this log whose turn it was not")
        raise Fault("the checkpoint is not signed with this key")


def check_proof(proof, entry, node, open_note):
    """Size and root of the head under which a tlog-proof places the entry."""
    end = proof.find("\n\n")
    lines = proof[: max(end, 0)].split("\n")
    if end < 0 or lines[0] != "c2sp.org/tlog-proof@v1":
        raise Fault("the proof is not a tlog-proof")
    if len(lines) < 2 or lines[1] != f"index {entry}":
        raise Fault("the proof is of another entry", entry)
    size, root = open_note(proof[end + 2 :])
    if root_of_inclusion(entry, size, node, hashes_of(lines[2:], entry)) != root:
        raise Fault("the entry is not in the tree of the signed head", entry)
    return size, root


def links_of(data):
    """Changes of key as the log's address `keys` has them, one a line."""
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    return [parse_json(line, "a change of key") for line in (lines[:-1] if lines[-1] == "" else lines)]


# ---- Entries and what the log declares of them

MEMBER = re.compile(r"[A-Za-z]{1,64}")
HASH = re.compile(r"[0-9a-f]{64}")


class Rules:
    def __init__(self):
        self.schemas, self.keys, self.said = {}, set(), None

    def check(self, line, agency, body_hash):
        """Kind, outcome and age of a body; None when it is withheld."""
        entry, text, opened = line["entry"], line["body"], line.get("opened")
        self.said = None
        if text is None:
            if opened is not None:
                raise Fault("values are opened of a body that is withheld", entry)
            return None
        if not is_text(text) or sha256(text.encode()) != body_hash:
            raise Fault("the body is not the one that the leaf commits to", entry)
        body = parse_json(text, "the body", entry)
        if not isinstance(body, dict) or not self.written_so(body, text):
            raise Fault("the body is not canonical JSON", entry)
        if body.get("agencyId") != agency:
            raise Fault("the body names another agency's log", entry)
        committed = body.get("committed")
        if not isinstance(committed, dict):
            raise Fault("the body has no commitments", entry)
        for field, opening in (opened or {}).items():
            self.opens(entry, field, committed.get(field), opening)
        kind, outcome, schema = body.get("kind"), body.get("outcome"), body.get("schema")
        self.said = None
        if isinstance(schema, int) and not isinstance(schema, bool):
            if self.schemas:
                raise Fault("the entry is of an older form than the log has declared", entry)
            return f"{kind} {outcome}", True
        self.hold(body, entry)
        self.said = body
        return f"{kind} {outcome}", False

    @staticmethod
    def written_so(body, text):
        try:
            return canonical(body) == text
        except (ValueError, RecursionError):
            return False

    @staticmethod
    def opens(entry, field, commitment, opening):
        salt = opening.get("salt") if isinstance(opening, dict) else None
        value = opening.get("value") if isinstance(opening, dict) else None
        if not isinstance(salt, str) or not re.fullmatch(r"[0-9a-f]{32}", salt) or not is_text(value) or not is_text(field):
            raise Fault("what is opened is no salt and value", entry)
        if sha256(bytes.fromhex(salt), field.encode() + b"\0" + value.encode()).hex() != commitment:
            raise Fault(f"the value opened of {field} is not the one committed to", entry)

    def hold(self, body, entry):
        schema, kind, by, facts, committed = (body.get(name) for name in ("schema", "kind", "by", "facts", "committed"))
        if not isinstance(schema, str) or not isinstance(kind, str):
            raise Fault("the body names no schema or kind", entry)
        known = {"schema", "kind", "agencyId", "by", "outcome", "rule", "facts", "committed"}
        if not set(body) <= known or not isinstance(by, dict) or not isinstance(facts, dict):
            raise Fault("the body has other members than an entry has", entry)
        if not set(by) <= {"agencyId", "kind", "id", "role"} or not all(isinstance(each, str) for each in by.values()):
            raise Fault("who acted is told in another form than an entry has", entry)
        if by.get("kind") == "member" and "id" in by:
            raise Fault("a member stands in the open", entry)
        if body.get("outcome") not in ("done", "refused"):
            raise Fault("the outcome is neither done nor refused", entry)
        rule = body.get("rule")
        if "rule" in body and (not isinstance(rule, str) or not re.fullmatch(r"[a-z_]{1,64}", rule)):
            raise Fault("the rule is not the name of one", entry)
        for field, value in committed.items():
            if not MEMBER.fullmatch(field) or not isinstance(value, str) or not HASH.fullmatch(value):
                raise Fault("a commitment is no hash", entry)
        if kind == "log.schema":
            self.declare(schema, facts, entry)
        if schema not in self.schemas:
            raise Fault("the entry names a schema that the log has not declared before", entry)
        allowed, needs, commits = self.schemas[schema].get(kind, ({}, [], []))
        for name, value in facts.items():
            if name not in allowed or not allowed[name].fullmatch(canonical(value)):
                raise Fault("a fact does not stand in the schema in this form", entry)
        if body["outcome"] == "done":
            for name in needs:
                if name not in facts:
                    raise Fault(f"the fact {name} is missing", entry)
            for name in commits if by.get("kind") == "member" else []:
                if name not in committed:
                    raise Fault(f"the commitment to {name} is missing", entry)
        if kind == "log.key" and body["outcome"] == "done" and isinstance(facts.get("key"), str):
            if self.keys:
                raise Fault("a key is announced as the first one that is not", entry)
            self.keys.add(facts["key"])

    def declare(self, schema, facts, entry):
        document = facts.get("document")
        if not is_text(document) or facts.get("sha256") != schema or sha256(document.encode()).hex() != schema:
            raise Fault("the schema that is declared does not have its hash", entry)
        try:
            table = json.loads(document)
            forms = {name: re.compile(form) for name, form in table["forms"].items()}
            self.schemas[schema] = {
                name: (
                    {fact: forms[form] for fact, form in kind["facts"].items()},
                    list(kind.get("needs", [])),
                    list(kind.get("commits", [])),
                )
                for name, kind in table["kinds"].items()
            }
        except (ValueError, KeyError, TypeError, AttributeError, re.error):
            raise Fault("the schema that is declared cannot be read", entry) from None


# ---- What was shown, against what was granted

SLACK = 300
BEGINS, ENDS = -62135596800, 253402300799


def second_of(seconds):
    if not BEGINS <= seconds <= ENDS:
        return None
    when = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds)
    return f"{when.year:04d}-{when.month:02d}-{when.day:02d}T{when.hour:02d}:{when.minute:02d}:{when.second:02d}"


def each_of(value):
    return value if isinstance(value, list) else []


def count_of(value):
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def lasting(grant):
    """How long one opening of a grant for emergencies lasts, in seconds; None of a standing grant."""
    minutes = grant["scope"].get("openingMinutes")
    return minutes * 60 if whole(minutes) else None


class Sharing:
    """Each entry that shows rows of another agency must stand under a grant that was live when it was written."""

    def __init__(self):
        self.grants, self.uses, self.blind = {}, {}, False

    def take(self, entry, micros, body):
        if body is None:
            self.blind = True
            return
        kind, by, facts = body["kind"], body["by"], body["facts"]
        if body["outcome"] != "done":
            return
        if kind in ("read.search", "read.picture", "read.export"):
            self.shown(entry, micros // 1000000, kind, by, facts)
        elif kind.startswith("grant."):
            self.step(entry, kind, by, facts)
        elif kind in ("opening.ask", "opening.confirm", "opening.end", "opening.review"):
            self.opening(entry, micros // 1000000, kind, by.get("agencyId"), facts)

    def step(self, entry, kind, by, facts):
        name = facts.get("grantId")
        if not isinstance(name, str):
            return
        grant = self.grants.get(name)
        if kind == "grant.request":
            if grant:
                raise Fault("a grant is asked for twice", entry)
            scope = {"owner": facts.get("owner"), "grantee": by.get("agencyId"), "state": "requested", "replaced": False}
            self.grants[name] = {**scope, "scope": facts}
        elif not grant:
            if kind == "grant.approve" and not self.blind:
                raise Fault("a grant is approved that nobody asked for", entry)
        elif by.get("agencyId") != grant["owner"]:
            raise Fault("a step of a grant is not its owner's", entry)
        elif kind == "grant.approve":
            if grant["state"] not in ("requested", "suspended"):
                raise Fault("a grant is approved that was decided before", entry)
            # Where several must approve, the last one's entry says that it is approved now.
            if facts.get("approved") is not False:
                grant["state"] = "approved"
                # The one in whose stead it stands opens nothing from now on; its end is an entry of its own.
                before = self.grants.get(grant["scope"].get("amends")) if isinstance(grant["scope"].get("amends"), str) else None
                if before and before["owner"] == grant["owner"]:
                    before["replaced"] = True
        elif kind == "grant.suspend":
            if grant["state"] != "approved" and not self.blind:
                raise Fault("a grant is suspended that was not approved", entry)
            grant["state"] = "suspended"
        else:
            grant["state"] = "over"

    def opening(self, entry, seconds, kind, agency, facts):
        """A step of an opening of a grant for emergencies."""
        grant = self.grants.get(facts.get("grantId")) if isinstance(facts.get("grantId"), str) else None
        if not grant:
            if not self.blind:
                raise Fault("an opening is of a grant that the log does not know", entry)
            return
        lasts = lasting(grant)
        if lasts is None:
            raise Fault("an opening is of a grant that is not for emergencies", entry)
        now = grant.get("opening")
        if kind == "opening.ask":
            if agency != grant["grantee"]:
                raise Fault("an opening is not its grantee's to ask for", entry)
            if now and now["opened"] is not None and not now["reviewed"] and not self.blind:
                raise Fault("a grant is to be opened again before its owner has reviewed the opening before", entry)
            if isinstance(facts.get("openingId"), str):
                new = {"id": facts["openingId"], "purpose": facts.get("purpose"), "asked": seconds}
                grant["opening"] = {**new, "opened": None, "ended": False, "reviewed": False}
            return
        if not now or now["id"] != facts.get("openingId"):
            if not self.blind:
                raise Fault("a step is of an opening that nobody asked for", entry)
            return
        if kind == "opening.confirm":
            if agency != grant["grantee"]:
                raise Fault("an opening is not its grantee's to confirm", entry)
            if grant["state"] != "approved":
                raise Fault("a grant is opened that was not approved", entry)
            if now["opened"] is not None or now["ended"]:
                raise Fault("an opening is confirmed that was over", entry)
            if seconds > now["asked"] + 3600 + SLACK:
                raise Fault("an opening is confirmed that had lapsed", entry)
            now["opened"] = seconds
        elif kind == "opening.end":
            if agency not in (grant["owner"], grant["grantee"]):
                raise Fault("an opening is ended by somebody else", entry)
            now["ended"] = True
        else:
            if agency != grant["owner"]:
                raise Fault("an opening is not its owner's to review", entry)
            if now["opened"] is None or now["reviewed"]:
                raise Fault("an opening is reviewed that did not wait for it", entry)
            if not now["ended"] and seconds + SLACK < now["opened"] + lasts:
                raise Fault("an opening is reviewed before it is over", entry)
            now["reviewed"] = True

    def shown(self, entry, seconds, kind, by, facts):
        for asked in each_of(facts.get("asked")):
            if not isinstance(asked, dict):
                continue
            if asked.get("verdict") == "own" and asked.get("agencyId") != by.get("agencyId"):
                raise Fault("another agency's reads are shown as the own ones", entry)
            if asked.get("verdict") != "granted":
                continue
            names = [name for name in each_of(asked.get("grants")) if isinstance(name, str)]
            if not names:
                raise Fault("reads of another agency are shown under no grant", entry)
            most = 0
            for name in names:
                grant = self.grants.get(name)
                if not grant and not self.blind:
                    raise Fault("reads are shown under a grant that the log does not know", entry)
                if grant:
                    self.live(entry, seconds, grant, asked, by, facts.get("purpose"))
                    if kind == "read.search":
                        self.budget(entry, seconds, name, count_of(grant["scope"].get("searchesPerDayMax")))
                limit = count_of(grant["scope"].get("rowsPerSearchMax")) if grant else None
                most = None if most is None or limit is None else max(most, limit)
            if kind != "read.picture" and most is not None and (count_of(asked.get("rows")) or 0) > most:
                raise Fault("more rows are shown than the grant allows", entry)

    @staticmethod
    def live(entry, seconds, grant, asked, by, purpose):
        if asked.get("agencyId") != grant["owner"] or by.get("agencyId") != grant["grantee"]:
            raise Fault("reads are shown under a grant between others", entry)
        if grant["state"] != "approved":
            why = {"over": "had ended", "suspended": "was suspended"}.get(grant["state"], "was not approved")
            raise Fault(f"reads are shown under a grant that {why}", entry)
        if grant["replaced"]:
            raise Fault("reads are shown under a grant that another had replaced", entry)
        early, late = second_of(seconds - SLACK), second_of(seconds + SLACK)
        begin, end, purposes = (grant["scope"].get(fact) for fact in ("validFrom", "validUntil", "purposes"))
        if late is not None and isinstance(begin, str) and late < begin[:19]:
            raise Fault("reads are shown before their grant begins", entry)
        if early is not None and isinstance(end, str) and early > end[:19]:
            raise Fault("reads are shown after their grant is over", entry)
        if isinstance(purposes, list) and isinstance(purpose, str) and purpose not in purposes:
            raise Fault("reads are shown for a purpose that their grant does not cover", entry)
        lasts, now = lasting(grant), grant.get("opening")
        if lasts is None:
            return
        if not now or now["opened"] is None:
            raise Fault("reads are shown under a grant for emergencies that nobody had opened", entry)
        if now["ended"]:
            raise Fault("reads are shown under an opening that was ended", entry)
        if seconds > now["opened"] + lasts + SLACK:
            raise Fault("reads are shown after the time of their opening", entry)
        if isinstance(purpose, str) and isinstance(now["purpose"], str) and purpose != now["purpose"]:
            raise Fault("reads are shown for another purpose than their grant was opened for", entry)

    def budget(self, entry, seconds, name, limit):
        before, now = second_of(seconds - SLACK), second_of(seconds)
        # A search of a day's first minutes may have begun the day before.
        if limit is None or before is None or now is None or before[:10] != now[:10]:
            return
        self.uses[name, now[:10]] = self.uses.get((name, now[:10]), 0) + 1
        if self.uses[name, now[:10]] > limit:
            raise Fault("more searches of a day are shown than the grant allows", entry)


# ---- Places where a log lies

def tile_name(tile, width):
    name = f"{tile % 1000:03d}"
    while tile := tile // 1000:
        name = f"x{tile % 1000:03d}/{name}"
    return name if width == 256 else f"{name}.p/{width}"


def bundle(file):
    # Bytes that are no UTF-8 stand for themselves, so that they reach the strict reading and fail there.
    with open(file, encoding="utf-8", errors="surrogateescape", newline="\n") as lines:
        header = parse_json(lines.readline(), "the first line")
        members = {"bundle", "key", "keys", "checkpoint", "complete", "entries"}
        if not isinstance(header, dict) or not set(header) <= members or header.get("bundle") != "plateward-log-1":
            raise Fault("this is not a bundle of a log")
        if not isinstance(header.get("complete"), bool) or not whole(header.get("entries")):
            raise Fault("the first line lacks key, checkpoint or what follows")
        if not is_text(header.get("key")) or not is_text(header.get("checkpoint")):
            raise Fault("the first line lacks key, checkpoint or what follows")
        if not isinstance(header.get("keys", []), list):
            raise Fault("the keys are no list")
        yield header
        count = 0
        for text in lines:
            if count >= header["entries"]:
                raise Fault("the bundle has more lines than it says")
            count += 1
            line = parse_json(text, "a line")
            if not isinstance(line, dict) or not set(line) <= {"entry", "leaf", "body", "proof", "opened"}:
                raise Fault("a line has a member that is not known")
            entry, leaf = line.get("entry"), line.get("leaf")
            data = unbase64(leaf) if isinstance(leaf, str) else None
            if not whole(entry) or data is None:
                raise Fault("a line has no number or no leaf")
            if "body" not in line or not (line["body"] is None or isinstance(line["body"], str)):
                raise Fault("the body is neither text nor withheld", entry)
            if "opened" in line and not isinstance(line["opened"], dict):
                raise Fault("what is opened is no list of fields", entry)
            if "proof" in line and not isinstance(line["proof"], list):
                raise Fault("the proof is no list of hashes", entry)
            line["leaf"] = data
            if "proof" in line:
                line["proof"] = hashes_of(line["proof"], entry)
            yield line
        if count < header["entries"]:
            raise Fault(f"the bundle was cut: it says {header['entries']} entries and has {count}")


def read(folder, name):
    try:
        with open(os.path.join(folder, name), "rb") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def folder_log(folder):
    key, checkpoint = read(folder, "key"), read(folder, "checkpoint")
    if key is None or checkpoint is None:
        raise Fault("there is no checkpoint or no key of a log here")
    note = checkpoint.decode("utf-8", "surrogateescape")
    size = (note.split("\n") + ["", ""])[1]
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", size):
        raise Fault("the checkpoint does not state a size and a root")
    links = links_of(read(folder, "keys") or b"")
    yield {"key": key.decode("utf-8", "surrogateescape").strip(), "keys": links, "checkpoint": note, "complete": True}
    for first in range(0, int(size), 256):
        width = min(256, int(size) - first)
        name = tile_name(first // 256, width)
        leaves, said = read(folder, "tile/entries/" + name), read(folder, "tile/bodies/" + name)
        if leaves is None or len(leaves) != width * 98:
            raise Fault("the entries of a tile are missing or not whole", first)
        bodies = [""] * (width + 1) if said is None else said.decode("utf-8", "surrogateescape").split("\n")
        if len(bodies) != width + 1:
            raise Fault("the bodies of a tile are not as many as the entries", first)
        for at in range(width):
            framed = leaves[at * 98 : at * 98 + 98]
            if framed[:2] != b"\0\x60":
                raise Fault("the leaf does not have 96 bytes", first + at)
            yield {"entry": first + at, "leaf": framed[2:], "body": bodies[at] or None}


class Tiles:
    def __init__(self, folder):
        self.folder, self.levels = folder, []

    def push(self, node, level=0):
        if level == len(self.levels):
            self.levels.append([0, []])
        self.levels[level][1].append(node)
        if len(self.levels[level][1]) == 256:
            self.compare(level)
            tree = Tree()
            for each in self.levels[level][1]:
                tree.push(each)
            self.levels[level] = [self.levels[level][0] + 1, []]
            self.push(tree.root(), level + 1)

    def end(self):
        for level, (_, hashes) in enumerate(self.levels):
            if hashes:
                self.compare(level)

    def compare(self, level):
        tile, hashes = self.levels[level]
        name = f"tile/{level}/{tile_name(tile, len(hashes))}"
        if read(self.folder, name) != b"".join(hashes):
            raise Fault(f"the {name} is not what the entries make it")


# ---- The whole

def verify(place, key_text=None, earlier_note=None, witnesses=(), quorum=None):
    source = folder_log(place) if os.path.isdir(place) else bundle(place)
    header = next(source)
    key = Keys(key_text or header["key"], header.get("keys", []))
    size, root = key.open(header["checkpoint"])
    earlier = key.open(earlier_note) if earlier_note is not None else None
    # Changes of key that are newer than this head are none of its business.
    turns = [each for each in key.turns if each[0] < size]
    if earlier and earlier[0] > size:
        raise Fault(f"the log has {size} entries and had {earlier[0]}: it was cut or rolled back")
    complete = header["complete"]
    if earlier and not complete:
        raise Fault("a part of a log cannot be held against an earlier head; take it whole")
    cosigned = None
    if witnesses:
        notes = [header["checkpoint"]] + ([] if earlier_note is None else [earlier_note])
        at, by = require_quorum(notes, witnesses, len(witnesses) if quorum is None else quorum)
        cosigned = {"size": earlier[0] if at else size, "by": by}
    tree, rules, sharing, tiles = Tree(), Rules(), Sharing(), Tiles(place) if os.path.isdir(place) else None
    told = {"entries": 0, "withheld": 0, "older": 0, "opened": 0, "clockWentBack": 0}
    days, last, previous, latest, turned, destroyed = {}, -1, bytes(32), None, 0, []

    def grew():
        if earlier and earlier[0] == tree.size and tree.root() != earlier[1]:
            raise Fault(f"the first {tree.size} entries are not those of the earlier head: history was rewritten")

    grew()
    for line in source:
        entry, leaf = line["entry"], line["leaf"]
        if complete and entry != tree.size:
            raise Fault(f"entry {tree.size} is missing", tree.size)
        if entry <= last or entry >= size:
            raise Fault("the entry is out of order or beyond the tree", entry)
        if len(leaf) != 96:
            raise Fault("the leaf does not have 96 bytes", entry)
        hexed = leaf[:16].hex()
        agency = "-".join((hexed[:8], hexed[8:12], hexed[12:16], hexed[16:20], hexed[20:]))
        if "plateward/log/" + agency != key.name:
            raise Fault("the leaf is of another agency's log", entry)
        if int.from_bytes(leaf[16:24], "big") != entry:
            raise Fault("the leaf has another number", entry)
        if entry == last + 1 and leaf[32:64] != previous:
            raise Fault("the entry does not follow the one before it", entry)
        node = leaf_hash(leaf)
        if turned < len(turns) and turns[turned][0] < entry:
            raise Fault("the entry that put a key in the place of another is not here", turns[turned][0])
        turn = turns[turned] if turned < len(turns) and turns[turned][0] == entry else None
        turned += turn is not None
        if turn and turn[1] != leaf:
            raise Fault("another entry stands where a key says that it was replaced", entry)
        if complete:
            if "proof" in line:
                raise Fault("an entry of a complete log has a proof of its own", entry)
            tree.push(node)
            grew()
            if tiles:
                tiles.push(node)
        elif "proof" not in line or root_of_inclusion(entry, size, node, line["proof"]) != root:
            raise Fault("the entry is not in the tree of the signed head", entry)
        if turn and turn[2] != (tree.root() if complete else root_up_to(entry, size, node, line["proof"])):
            raise Fault("the last head of a replaced key is not one of this log: history was rewritten", entry)
        body = rules.check(line, agency, leaf[64:])
        # At the head's very end the key before still signs, and has nothing to hand over yet.
        if not turn and body and body[0] == "logkey.rotate done" and entry < size - 1:
            raise Fault("a key is replaced here that never signed for it", entry)
        micros = int.from_bytes(leaf[24:32], "big", signed=True)
        if complete:
            sharing.take(entry, micros, rules.said)
        told["clockWentBack"] += latest is not None and micros < latest
        told["withheld"] += body is None
        told["older"] += body is not None and body[1]
        told["opened"] += len(line.get("opened") or {})
        told["entries"] += 1
        try:
            day = (datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=micros)).strftime("%Y-%m-%d")
        except OverflowError:
            day = "no day"
        counts = days.setdefault(day, {})
        what = body[0] if body else "withheld"
        if what == "period.destroy done" and rules.said:
            destroyed.append({"period": rules.said["facts"].get("period"), "entry": entry, "at": day})
        counts[what] = counts.get(what, 0) + 1
        last, previous, latest = entry, node, micros
    if not complete and turned < len(turns):
        raise Fault("the entry that put a key in the place of another is not here", turns[turned][0])
    if complete:
        if tree.size != size:
            raise Fault(f"the signed head has {size} entries and {tree.size} are here: the rest is missing", tree.size)
        if tree.root() != root:
            raise Fault("the entries do not have the root of the signed head")
        if size > 0 and told["withheld"] < told["entries"] and key.keys[0].text not in rules.keys:
            raise Fault("the log never announced the key that signed its head")
        if tiles:
            tiles.end()
    found = {"log": key.name, "size": size, "root": root.hex(), **told}
    if destroyed:
        found["destroyed"] = destroyed
    if turns:
        found["keys"] = {"changedAt": [each[0] for each in turns], "now": key.keys[len(turns)].text}
    if earlier:
        found["earlierSize"] = earlier[0]
    if cosigned:
        found["cosigned"] = cosigned
    return {**found, "days": days}


def verify_receipt(file, key_text, links=()):
    key = Keys(key_text, list(links))
    with open(file, encoding="utf-8", errors="surrogateescape") as text:
        value = parse_json(text.read(), "the receipt")
    receipt = value.get("receipt", value) if isinstance(value, dict) else None
    if not isinstance(receipt, dict):
        raise Fault("the receipt lacks entry, hash or proof")
    entry, node, proof = receipt.get("entry"), receipt.get("hash"), receipt.get("proof")
    if not whole(entry) or not isinstance(node, str) or not HASH.fullmatch(node) or not is_text(proof):
        raise Fault("the receipt lacks entry, hash or proof")
    size, _ = check_proof(proof, entry, bytes.fromhex(node), key.open)
    return {"log": key.name, "entry": entry, "size": size}


def main():
    parser = argparse.ArgumentParser(description="Checks logs of Plateward (docs/log.md).")
    parser.add_argument("places", nargs="+", metavar="PLACE", help="a bundle, a folder, or with --receipt a receipt")
    parser.add_argument("--key", help="the log's verifier key (default: the one that comes with the log)")
    parser.add_argument("--keys", metavar="FILE", help="with --receipt: the keys that took each other's place, as the log's address keys has them")
    parser.add_argument("--earlier", metavar="FILE", help="a checkpoint that was kept from earlier")
    parser.add_argument("--witness", metavar="KEY", action="append", default=[], help="a witness's key; again for each")
    parser.add_argument("--quorum", metavar="K", type=int, help="how many of the witnesses are enough (default: all)")
    parser.add_argument("--receipt", action="store_true", help="the places are receipts; needs --key")
    parser.add_argument("--json", action="store_true", help="one JSON object a place")
    options = parser.parse_args()
    if options.receipt and not options.key:
        parser.error("to check a receipt give the log's key: --key KEY")
    if options.quorum is not None and not options.witness:
        parser.error("to want a quorum name the witnesses: --witness KEY")
    if options.receipt and options.witness:
        parser.error("witnesses cosign heads of the log, not receipts")
    if options.keys and not options.receipt:
        parser.error("a log brings its keys along; --keys goes with --receipt")
    earlier = open(options.earlier, encoding="utf-8").read() if options.earlier else None
    well = True
    for place in options.places:
        try:
            if options.receipt:
                with open(options.keys or os.devnull, "rb") as keys:
                    found = verify_receipt(place, options.key, links_of(keys.read()))
            else:
                found = verify(place, options.key, earlier, options.witness, options.quorum)
            answer = {"holds": True, **found}
        except Fault as fault:
            well = False
            answer = {"holds": False, "because": fault.because}
            if fault.entry is not None:
                answer["entry"] = fault.entry
        if options.json:
            print(json.dumps(answer))
        elif answer["holds"]:
            print(f"{place}: HOLDS. {answer['log']}, {answer['size']} entries in the signed tree.")
            for at in answer.get("keys", {}).get("changedAt", []):
                print(f"  since entry {at} another key signs, which the key before it signed for")
            for each in answer.get("destroyed", []):
                print(f"  the personal values of {each['period']} were destroyed by two administrators of the agency on {each['at']}, entry {each['entry']}")
            for each in answer.get("cosigned", {}).get("by", []):
                print(f"  the head of {answer['cosigned']['size']} entries was cosigned by {each['witness']}")
            for day, counts in sorted(answer.get("days", {}).items()):
                print(f"  {day}  " + ", ".join(f"{what}: {count}" for what, count in sorted(counts.items())))
        else:
            where = f", at entry {answer['entry']}" if "entry" in answer else ""
            print(f"{place}: DOES NOT HOLD{where}: {answer['because']}.")
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
