#!/usr/bin/env python3
"""Makes the vectors of cosignatures (C2SP tlog-cosignature v1) a third way: signatures by the `cryptography` package, nothing of the
witness nor of either verifier. Run again it makes the same file:
python3 test/vectors/witness/make.py > test/vectors/witness/vectors.json

The log is empty, so that nothing but the head is to be looked at; the entries of logs are in test/vectors/log.
"""
import base64
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

b64 = lambda data: base64.b64encode(data).decode()


class Signer:
    def __init__(self, name, kind, seed):
        self.name, self.kind = name, bytes([kind])
        self.private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())
        public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.hint = hashlib.sha256(name.encode() + b"\n" + self.kind + public).digest()[:4]
        self.key = f"{name}+{self.hint.hex()}+{b64(self.kind + public)}"

    def line(self, data):
        return f"\u2014 {self.name} {b64(self.hint + data)}\n"

    def sign(self, text):
        return self.line(self.private.sign(text.encode()))

    def cosign(self, text, time, said=None, head="cosignature/v1\n"):
        """`said` is the time in the message, when it is another than the one in the signature."""
        message = f"{head}time {time if said is None else said}\n{text}"
        return self.line(time.to_bytes(8, "big") + self.private.sign(message.encode()))


LOG = Signer("plateward/log/0b0e7d3c-5f53-4c62-9f0a-0c5f6f1d7a11", 1, "log")
A, B, C = (Signer(f"{name}.example/witness", 4, name) for name in ("council", "herald", "neighbour"))
OTHER_A = Signer(A.name, 4, "somebody else")
A_AS_LOG = Signer(A.name, 1, "council")
TIME = 1790000000

TEXT = f"{LOG.name}\n0\n{b64(hashlib.sha256().digest())}\n"
HEAD = TEXT + "\n" + LOG.sign(TEXT)
MORE = f"{TEXT}an extension of the log\n"

cases = []


def case(name, holds, note, witnesses, quorum=None, by=(), earlier=None):
    header = {"bundle": "plateward-log-1", "key": LOG.key, "checkpoint": note, "complete": True, "entries": 0}
    one = {
        "name": name,
        "holds": holds,
        "bundle": json.dumps(header) + "\n",
        "witnesses": [each if isinstance(each, str) else each.key for each in witnesses],
        "quorum": len(witnesses) if quorum is None else quorum,
    }
    if earlier is not None:
        one["earlier"] = earlier
    if holds:
        one["cosigned"] = {"size": 0, "by": [{"witness": each.name, "time": time} for each, time in by]}
    cases.append(one)


a, b = A.cosign(TEXT, TIME), B.cosign(TEXT, TIME + 7)
case("one of one", True, HEAD + a, [A], by=[(A, TIME)])
case("two of two, in another order", True, HEAD + b + a, [A, B], by=[(A, TIME), (B, TIME + 7)])
case("two of three", True, HEAD + a + b, [A, C, B], 2, by=[(A, TIME), (B, TIME + 7)])
case("more than are wanted", True, HEAD + a + b, [A, B], 1, by=[(A, TIME), (B, TIME + 7)])
case("time 0", True, HEAD + A.cosign(TEXT, 0), [A], by=[(A, 0)])
case("the last time that there may be", True, HEAD + A.cosign(TEXT, 2**53 - 1), [A], by=[(A, 2**53 - 1)])
case("of a head with an extension", True, MORE + "\n" + LOG.sign(MORE) + A.cosign(MORE, TIME), [A], by=[(A, TIME)])
case("before the log's own signature", True, TEXT + "\n" + a + LOG.sign(TEXT), [A], by=[(A, TIME)])
case("beside one that nobody asked for", True, HEAD + a + C.line(bytes(90)), [A], by=[(A, TIME)])
case("under the earlier head", True, HEAD, [A], earlier=HEAD + a, by=[(A, TIME)])
case("under the earlier head, enough there alone", True, HEAD + a, [A, B], earlier=HEAD + a + b, by=[(A, TIME), (B, TIME + 7)])

case("none", False, HEAD, [A])
case("one of two", False, HEAD + a, [A, B])
case("one under each of two heads", False, HEAD + a, [A, B], earlier=HEAD + b)
case("of another witness", False, HEAD + b, [A])
case("of another key of that name", False, HEAD + OTHER_A.cosign(TEXT, TIME), [A])
case("of another head", False, HEAD + A.cosign(TEXT.replace("\n0\n", "\n1\n"), TIME), [A])
case("of the extension left out", False, MORE + "\n" + LOG.sign(MORE) + a, [A])
case("with another time than was signed", False, HEAD + A.cosign(TEXT, TIME, TIME + 1), [A])
case("with a time that is too great", False, HEAD + A.cosign(TEXT, 2**63), [A])
case("without its first line", False, HEAD + A.cosign(TEXT, TIME, head=""), [A])
case("of another version", False, HEAD + A.cosign(TEXT, TIME, head="cosignature/v2\n"), [A])
case("without a time", False, HEAD + A.line(A.private.sign(TEXT.encode())), [A])
case("a byte too many", False, HEAD + A.line(base64.b64decode(a.split(" ")[2])[4:] + b"\0"), [A])
case("a byte too few", False, HEAD + A.line(base64.b64decode(a.split(" ")[2])[4:-1]), [A])
case("a plain signature of the witness's key", False, HEAD + A_AS_LOG.sign(TEXT), [A])
case("one that does not hold beside one that does", False, HEAD + a + B.cosign(TEXT, TIME, TIME + 1), [A, B], 1)
case("twice", False, HEAD + a + a, [A])
case("twice, at two times", False, HEAD + a + A.cosign(TEXT, TIME + 1), [A])
case("without the log's signature", False, TEXT + "\n" + a, [A])
case("a witness named twice", False, HEAD + a, [A, A], 1)
case("a witness of that name, and another of it", False, HEAD + a, [A, OTHER_A], 1)
case("more wanted than there are", False, HEAD + a, [A], 2)
case("none wanted", False, HEAD + a, [A], 0)
case("a key of a log", False, HEAD + a, [A_AS_LOG])
case("a key that is none", False, HEAD + a, ["council.example/witness"])
case("a key with another hash", False, HEAD + a, [A.key.replace("+" + A.hint.hex() + "+", "+00000000+")])

print(json.dumps({"cases": cases}, indent=0))
