"""What QEMU boots: the kernel out of a Debian package, and an initramfs with its modules, busybox and iproute2."""
import gzip
import hashlib
import lzma
import os
import re
import shutil
import subprocess
from pathlib import Path

# What cases need, without that which they need in turn. A kernel that has one built in has no file of that name.
MODULES = """virtio_pci virtio_net virtio_console virtio_rng af_packet ipv6 tunnel4 tunnel6 xfrm_user esp4 esp6 ah4 ah6
  aesni_intel ghash_clmulni_intel ghash_generic aes_generic gcm ccm ctr cbc ecb cmac xcbc hmac md5 des_generic crypto_null
  sha1_generic sha256_generic sha512_generic sha1_ssse3 sha256_ssse3 sha512_ssse3 chacha_x86_64 chacha_generic
  poly1305_x86_64 poly1305_generic chacha20poly1305 drbg jitterentropy_rng seqiv echainiv authenc authencesn""".split()


class Missing(Exception):
    """Something that an image is made of is not here."""


def program(name):
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not found:
        raise Missing(f"no {name}")
    return Path(found).resolve()


def libraries(executable):
    """What a dynamically linked program needs at run time, as paths."""
    listed = subprocess.run(["ldd", executable], capture_output=True, text=True, check=False)
    return [Path(path) for path in re.findall(r"(/\S+) \(0x", listed.stdout)] if listed.returncode == 0 else []


def octets_of(module):
    return lzma.open(module).read() if module.suffix == ".xz" else module.read_bytes()


def in_load_order(folder):
    """(file name, octets) of MODULES and what they depend on, each behind what it depends on."""
    files = {path.name.split(".")[0].replace("-", "_"): path for path in folder.rglob("*.ko*")}
    ordered = {}

    def load(name):
        name = name.replace("-", "_")
        if name in ordered or name not in files:
            return
        octets = octets_of(files[name])
        for depends in re.findall(rb"\0depends=([^\0]*)\0", octets)[:1]:
            for other in depends.decode().split(","):
                load(other)
        ordered[name] = octets

    for name in MODULES:
        load(name)
    return [(f"{name}.ko", octets) for name, octets in ordered.items()]


class Archive:
    """A cpio archive in the `newc` format, which is what kernels unpack."""

    def __init__(self):
        self.parts, self.folders, self.files = [], set(), 0

    def entry(self, name, mode, octets):
        self.files += 1
        name = name.encode() + b"\0"
        numbers = [self.files, mode, 0, 0, 1, 0, len(octets), 0, 0, 0, 0, len(name), 0]
        header = b"070701" + b"".join(b"%08x" % number for number in numbers) + name
        self.parts += [header, bytes(-len(header) % 4), octets, bytes(-len(octets) % 4)]

    def add(self, path, octets, mode=0o100755):
        path = Path(path)
        for folder in [*path.parents][-2::-1]:
            if folder not in self.folders:
                self.folders.add(folder)
                self.entry(str(folder).lstrip("/"), 0o040755, b"")
        self.entry(str(path).lstrip("/"), mode, octets)

    def close(self):
        self.entry("TRAILER!!!", 0, b"")
        return b"".join(self.parts)


def make(folder, programs):
    """(kernel, initramfs) in `folder`, from the Debian package of a kernel that is there; `programs` go to /usr/local/sbin.
    Made once for the same inputs."""
    package = max(folder.glob("linux-image-*.deb"), key=lambda path: path.stat().st_mtime, default=None)
    if not package:
        raise Missing(f"no package linux-image-* in {folder}: `tests/run kernel` fetches it")
    init = Path(__file__).with_name("guest_init.sh")
    busybox, iproute2 = program("busybox"), program("ip")
    inputs = hashlib.sha256(package.name.encode())
    for path in (Path(__file__), init, busybox, iproute2, *programs):
        inputs.update(path.read_bytes())
    kernel, initramfs, stamp = folder / "vmlinuz", folder / "initramfs.gz", folder / "image.stamp"
    if stamp.exists() and stamp.read_text(encoding="ascii") == inputs.hexdigest():
        return kernel, initramfs

    unpacked = folder / "unpacked"
    shutil.rmtree(unpacked, ignore_errors=True)
    subprocess.run(["dpkg-deb", "-x", package, unpacked], check=True)
    shutil.copyfile(next((unpacked / "boot").glob("vmlinuz-*")), kernel)
    archive = Archive()
    archive.add("/init", init.read_bytes())
    needed = {path for executable in (busybox, iproute2, *programs) for path in libraries(executable)}
    for path in sorted(needed):
        archive.add(path, path.read_bytes())
    archive.add("/bin/busybox", busybox.read_bytes())
    for executable in (iproute2, *programs):
        archive.add(f"/usr/local/sbin/{executable.name}", executable.read_bytes())
    modules = in_load_order(unpacked)
    for name, octets in modules:
        archive.add(f"/modules/{name}", octets)
    archive.add("/modules/order", "".join(f"{name}\n" for name, _ in modules).encode())
    initramfs.write_bytes(gzip.compress(archive.close(), 1))
    shutil.rmtree(unpacked)
    stamp.write_text(inputs.hexdigest(), encoding="ascii")
    return kernel, initramfs
