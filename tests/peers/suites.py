"""What each peer calls a suite of the toolkit, and how the toolkit's sizes divide its keys.

One row for each cipher and each MAC; a suite's name is `CIPHER`, `CIPHER/BITS`, either with `+MAC`; AH stands where the cipher
would. Sizes are stated here once
more, from the RFCs, and not taken from the toolkit.
"""
import dataclasses
import math
import re

# The IV that a suite wants: the sequence number, octets that nobody can predict, or none on the wire.
COUNTER, RANDOM, NO_IV = "counter", "random", "none"


@dataclasses.dataclass(frozen=True)
class Cipher:
    """Sizes in octets."""
    salt: int
    iv: int
    block: int          # the text is a multiple of this and of 4
    key: int = 0        # where the name has no bits
    icv: int = 0        # of those that authenticate themselves
    iv_kind: str = COUNTER
    scapy: str = ""     # "": it has none
    tshark: str = ""
    linux: str = ""


@dataclasses.dataclass(frozen=True)
class Mac:
    key: int
    icv: int
    scapy: str = ""
    tshark: str = ""
    linux: str = ""


CIPHERS = {
    # RFC 4106
    **{f"aes-gcm-{icv}": Cipher(4, 8, 1, icv=icv, scapy="AES-GCM" if icv == 16 else "", tshark=f"AES-GCM with {icv} octet ICV [RFC4106]",
                                linux="aead rfc4106(gcm(aes))") for icv in (8, 12, 16)},
    # RFC 4309
    **{f"aes-ccm-{icv}": Cipher(3, 8, 1, icv=icv, scapy="AES-CCM", linux="aead rfc4309(ccm(aes))") for icv in (8, 12, 16)},
    # RFC 7634
    "chacha20-poly1305": Cipher(4, 8, 1, key=32, icv=16, scapy="CHACHA20-POLY1305", linux="aead rfc7539esp(chacha20,poly1305)"),
    # RFC 4543
    "aes-gmac": Cipher(4, 8, 1, icv=16, linux="aead rfc4543(gcm(aes))"),
    # RFC 3602, RFC 3686, RFC 2410, RFC 2405, RFC 2451
    "aes-cbc": Cipher(0, 16, 16, iv_kind=RANDOM, scapy="AES-CBC", tshark="AES-CBC [RFC3602]", linux="enc cbc(aes)"),
    "aes-ctr": Cipher(4, 8, 1, scapy="AES-CTR", tshark="AES-CTR [RFC3686]", linux="enc rfc3686(ctr(aes))"),
    "null": Cipher(0, 0, 1, iv_kind=NO_IV, scapy="NULL", tshark="NULL", linux="enc ecb(cipher_null)"),
    "des-cbc": Cipher(0, 8, 8, key=8, iv_kind=RANDOM, scapy="DES", tshark="DES-CBC [RFC2405]", linux="enc cbc(des)"),
    "ah": Cipher(0, 0, 1, iv_kind=NO_IV, scapy="NULL", linux="ah"),
    "3des-cbc": Cipher(0, 8, 8, key=24, iv_kind=RANDOM, scapy="3DES", tshark="TripleDES-CBC [RFC2451]", linux="enc cbc(des3_ede)"),
}
MACS = {
    "hmac-sha1-96": Mac(20, 12, "HMAC-SHA1-96", "HMAC-SHA-1-96 [RFC2404]", "hmac(sha1)"),          # RFC 2404
    "hmac-sha2-256-128": Mac(32, 16, "SHA2-256-128", "HMAC-SHA-256-128 [RFC4868]", "hmac(sha256)"),  # RFC 4868
    "hmac-sha2-384-192": Mac(48, 24, "SHA2-384-192", "HMAC-SHA-384-192 [RFC4868]", "hmac(sha384)"),
    "hmac-sha2-512-256": Mac(64, 32, "SHA2-512-256", "HMAC-SHA-512-256 [RFC4868]", "hmac(sha512)"),
    "aes-cmac-96": Mac(16, 12, "AES-CMAC-96", "", "cmac(aes)"),                                    # RFC 4494
    "aes-xcbc-96": Mac(16, 12, "", "", "xcbc(aes)"),                                               # RFC 3566
    "aes-gmac": Mac(0, 16),                                                                        # RFC 4543, in AH only
    "hmac-md5-96": Mac(16, 12, "HMAC-MD5-96", "HMAC-MD5-96 [RFC2403]", "hmac(md5)"),               # RFC 2403
}


class Suite:
    """One suite by its name; KeyError when no row here says what it is."""

    def __init__(self, name):
        self.name = name
        first, _, mac = name.partition("+")
        cipher, _, bits = first.partition("/")
        mac, _, mac_bits = mac.partition("/")
        self.protocol = "ah" if cipher == "ah" else "esp"
        self.cipher, self.mac = CIPHERS[cipher], MACS[mac] if mac else None
        self.cipher_key = int(bits) // 8 if bits else self.cipher.key
        self.key = self.cipher_key + (self.mac.key if self.mac else 0) + (int(mac_bits) // 8 if mac_bits else 0)
        self.salt, self.iv, self.iv_kind = self.cipher.salt, self.cipher.iv, self.cipher.iv_kind
        if mac_bits:
            self.salt, self.iv, self.iv_kind = 4, 8, COUNTER
        self.icv = self.mac.icv if self.mac else self.cipher.icv
        self.alignment = math.lcm(self.cipher.block, 4)

    @property
    def of_any_key(self):
        """Its name without the size of the key."""
        return re.sub(r"/\d+", "", self.name)

    def expected_iv(self, number):
        """What the toolkit sends as IV; None when it cannot be said before."""
        return number.to_bytes(8, "big") if self.iv_kind == COUNTER else b"" if self.iv_kind == NO_IV else None

    def scapy(self, key, salt):
        """Arguments of Scapy's SecurityAssociation; None when it has no such suite."""
        if not self.cipher.scapy or (self.mac and not self.mac.scapy):
            return None
        if self.protocol == "ah":
            return {"auth_algo": self.mac.scapy, "auth_key": key}
        words = {"crypt_algo": self.cipher.scapy, "crypt_key": key[:self.cipher_key] + salt}
        if self.mac:
            return {**words, "auth_algo": self.mac.scapy, "auth_key": key[self.cipher_key:]}
        return {**words, "crypt_icv_size": self.icv}

    def tshark(self, key, salt):
        """Encryption and authentication in tshark's words, each with its key; None when it does not have both."""
        if not self.cipher.tshark or (self.mac and not self.mac.tshark):
            return None
        return (self.cipher.tshark, key[:self.cipher_key] + salt, self.mac.tshark if self.mac else "NULL", key[self.cipher_key:])

    def linux(self, key, salt):
        """Words for `ip xfrm state`; None when Linux has no such suite."""
        if not self.cipher.linux or (self.mac and not self.mac.linux):
            return None
        def octets(some):
            return "0x" + some.hex() if some else '""'
        if self.mac is None:
            return f"{self.cipher.linux} {octets(key + salt)} {8 * self.icv}"
        encryption = "" if self.protocol == "ah" else f"{self.cipher.linux} {octets(key[:self.cipher_key] + salt)} "
        return f"{encryption}auth-trunc {self.mac.linux} {octets(key[self.cipher_key:])} {8 * self.icv}"
