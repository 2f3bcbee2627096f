"""Checks a ballot's receipt without the server that made it: python3 verify_receipt.py RECEIPT KEY [KEY …]

RECEIPT is the saved file (….tlog-proof), KEY a public key as the page "Check a receipt" shows it (name+id+key): the
record's, and those of witnesses, if you know them. Get them from somebody you trust, not from who gave you the file.
Status: 0 it holds, 1 it does not, 2 it could not be read. Needs Python 3.9 and, for the signature, `cryptography`.
What holds says: this very record stood in the record (the "log") when its head was signed. Not: who cast the ballot.
离线核对选票凭证：凭证文件 + 公示的公钥。通过＝这条记录确实在签过名的存证里；不证明是谁投的。
"""

import json
import sys
from base64 import b64decode
from datetime import datetime, timezone
from hashlib import sha256

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
ROOT_M1 = pow(2, (P - 1) // 4, P)
CHOICES = {
    "agree": "6e9f55ee97a56f385b5d135a3e97c9eec4c4b79f6479b5df3b7dee771536ff33",
    "oppose": "bef4e8bf840279d93da56da24b4a6d1c6e0d6b6d89e6cc801c3eb8e62600c654",
    "abstain": "7411ff32fbf2e42d005a7bb26e76e5e3118e94cb7cce0a608f2075064f853065",
}  # generators of council.tally/1 (ristretto255)
BASE = "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76"


class Wrong(Exception):
    """What does not hold, in words."""


def node(left, right):
    return sha256(b"\x01" + left + right).digest()


def root_of(leaf, index, size, path):
    """RFC 9162, 2.1.3.2: the root that this path leads to."""
    if not 0 <= index < size:
        raise Wrong("no such place in the record")
    fn, sn, current = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            raise Wrong("the path is too long")
        if fn & 1 or fn == sn:
            current = node(sibling, current)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            current = node(current, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise Wrong("the path is too short")
    return current


def signature(text, line, key):
    """The name that signed, with the instant if it is a witness; None when the line is not by this key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    name, _, encoded = key.strip().split("+", 2)
    raw = b64decode(encoded)
    key_id = sha256(name.encode() + b"\n" + raw).digest()[:4]
    dash, who, blob = line.split(" ")
    data = b64decode(blob)
    if dash != "—" or who != name or data[:4] != key_id or raw[0] not in (1, 4) or len(raw) != 33:
        return None
    message, signed, at = text.encode(), data[4:], ""
    if raw[0] == 4:
        second, signed = int.from_bytes(signed[:8], "big"), signed[8:]
        message = f"cosignature/v1\ntime {second}\n".encode() + message
        at = f" (witness, {datetime.fromtimestamp(second, timezone.utc):%Y-%m-%d %H:%M} UTC)"
    try:
        Ed25519PublicKey.from_public_bytes(raw[1:]).verify(signed, message)
    except InvalidSignature:
        raise Wrong(f"the signature of {name} is false") from None
    return name + at


def point(encoded):
    """RFC 9496, 4.3.1: a ristretto255 element as (x, y)."""
    s = int.from_bytes(bytes.fromhex(encoded), "little")
    u1, u2 = (1 - s * s) % P, (1 + s * s) % P
    v = (-D * u1 * u1 - u2 * u2) % P
    w = v * u2 * u2 % P
    inv = pow(w, 3, P) * pow(pow(w, 7, P), (P - 5) // 8, P) % P
    check = w * inv * inv % P
    if check in (P - 1, P - ROOT_M1):
        inv, check = inv * ROOT_M1 % P, -check % P
    x = 2 * s * inv * u2 % P
    x = P - x if x & 1 else x
    y = u1 * inv * inv * u2 * v % P
    if len(encoded) != 64 or s >= P or s & 1 or check != 1 or x * y % P & 1 or y == 0:
        raise Wrong("not a commitment")
    return x, y


def add(a, b):
    k = D * a[0] * b[0] * a[1] * b[1] % P
    x = (a[0] * b[1] + a[1] * b[0]) * pow(1 + k, -1, P)
    return x % P, (a[1] * b[1] + a[0] * b[0]) * pow(1 - k, -1, P) % P


def opens(commitment, choice, r):
    """Whether C = G_choice + r·B."""
    total, power, left = point(CHOICES[choice]), point(BASE), int.from_bytes(bytes.fromhex(r), "little")
    while left:
        total = add(total, power) if left & 1 else total
        power, left = add(power, power), left >> 1
    c = point(commitment)
    return (c[0] * total[1] - c[1] * total[0]) % P == 0 or (c[1] * total[1] - c[0] * total[0]) % P == 0


def check(receipt, keys):
    """What holds, a sentence each; Wrong for the first thing that does not, ValueError and such for no receipt."""
    proof, checkpoint, *rest = receipt.replace("\r\n", "\n").strip("\n").split("\n\n")
    (head, extra, index, *path), (origin, size, root) = proof.split("\n"), checkpoint.split("\n")
    if head != "c2sp.org/tlog-proof@v1":
        raise ValueError("not a tlog-proof")
    extra, index = json.loads(b64decode(extra.split(" ")[1])), int(index.split(" ")[1])
    leaf, record = sha256(b"\x00" + extra["record"].encode()).digest(), json.loads(extra["record"])
    if record["seq"] != index or root_of(leaf, index, int(size), [b64decode(each) for each in path]) != b64decode(root):
        raise Wrong("the record does not stand where the receipt says: the file was changed")
    yield f"record {index + 1} of {size} in {origin}, entered {record['at']}, stands under the head 记录在存证里"
    lines = "\n".join(rest).split("\n") if rest else []
    names = [name for line in lines for key in keys if (name := signature(checkpoint + "\n", line, key))]
    if origin not in names:
        raise Wrong("the head is not signed by the record's key that you gave")
    yield f"the head is signed by {', '.join(names)} 签名属实"
    data, many = record["data"], "choices" in extra  # an election has one of each for every candidate, by number
    if not record["kind"].startswith("ballot."):
        raise Wrong("the record is there, and it is not a ballot")
    yield f"it is ballot {data['ballot']} in vote {data['motion']} 这是一张选票"
    if many or "choice" in extra:
        said = extra | {"commitment": "", "commitments": []} | data  # a commitment is the record's, or there is none
        held = [said[key + "s"] if many else [said[key]] for key in ("commitment", "choice", "r")]
        if len(set(map(len, held))) != 1 or not held[0] or not all(map(opens, *held)):
            raise Wrong("the choice in the file is not the one that the ballot holds")
        chosen = [data["numbers"][at] for at, choice in enumerate(held[1]) if many and choice == "agree"]
        yield f"the ballot holds the choice: {chosen or (many and 'nobody') or held[1][0]} 选择属实"


if __name__ == "__main__":
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            for sentence in check(file.read(), sys.argv[2:]):
                print("ok:", sentence)
    except Wrong as wrong:
        sys.exit(print("WRONG:", wrong) or 1)
    except (OSError, ImportError, ValueError, LookupError, AttributeError, TypeError) as error:
        sys.exit(print("could not be read:", error or type(error).__name__, "\n" + __doc__, file=sys.stderr) or 2)
