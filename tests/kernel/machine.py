"""An emulated machine with a Linux kernel, and a way to have scripts run in it."""
import base64
import re
import socket
import subprocess
import time

# Emulated even where a hypervisor is to be had: then it is the same machine everywhere.
MACHINE = ["-M", "q35", "-accel", "tcg", "-cpu", "max", "-m", "384", "-smp", "1", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"]
COMMAND_LINE = "console=ttyS0 quiet loglevel=4 panic=-1 tsc=reliable mitigations=off random.trust_cpu=on"
STATIONS = {"plain": "02:00:00:00:00:01", "wire": "02:00:00:00:00:02"}


class Broken(Exception):
    """The machine did not do what machines do."""


class Machine:
    """Its links are datagrams of Unix sockets in `folder`: ours are NAME.ours, its own NAME.theirs."""

    def __init__(self, kernel, initramfs, folder):
        self.folder, self.said = folder, b""
        links = []
        for name, station in STATIONS.items():
            links += ["-netdev", f"dgram,id={name},local.type=unix,local.path={folder}/{name}.theirs,remote.type=unix,remote.path={folder}/{name}.ours",
                      "-device", f"virtio-net-pci,netdev={name},mac={station},romfile="]
        self.console = folder / "console.log"
        self.process = subprocess.Popen(
            ["qemu-system-x86_64", *MACHINE, "-kernel", kernel, "-initrd", initramfs, "-append", COMMAND_LINE, "-serial", f"file:{self.console}",
             "-device", "virtio-rng-pci", "-device", "virtio-serial-pci", "-device", "virtserialport,chardev=control",
             "-chardev", f"socket,id=control,path={folder}/control,server=on,wait=off", *links],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def boot(self, seconds):
        """Waits until the machine takes commands."""
        end = time.monotonic() + seconds
        self.control = socket.socket(socket.AF_UNIX)
        while True:
            try:
                self.control.connect(str(self.folder / "control"))
                break
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise Broken(f"QEMU did not start: {self.process.stdout.read() if self.process.poll() is not None else ''}") from None
                time.sleep(0.05)
        self.answer(end - time.monotonic())

    def answer(self, seconds):
        """(status, words) of the command that was given."""
        end = time.monotonic() + seconds
        while not (done := re.search(rb"(?:^|\n)== (\d+)\n", self.said)):
            self.control.settimeout(max(end - time.monotonic(), 0.01))
            try:
                more = self.control.recv(1 << 16)
            except TimeoutError:
                more = b""
            if not more:
                raise Broken(f"no answer within {seconds:.0f} s; it said {self.said.decode(errors='replace')!r}, and on its console:\n"
                             + self.console.read_text(errors="replace")[-3000:])
            self.said += more
        words, self.said = self.said[:done.start()].decode(errors="replace"), self.said[done.end():]
        return int(done[1]), words

    def run(self, script, seconds=30):
        """What the script wrote; it must end with 0."""
        self.control.sendall(base64.b64encode(script.encode()) + b"\n")
        status, words = self.answer(seconds)
        if status != 0:
            raise Broken(f"status {status} of the script\n{script}\nwhich said\n{words}")
        return words
