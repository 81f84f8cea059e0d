"""Our end of an exchange: the program peer.cpp, kept running."""
import dataclasses
import json
import subprocess


@dataclasses.dataclass
class Association:
    """What both ends agreed on."""
    suite: str                # as the toolkit names it
    mode: str                 # tunnel, transport
    key: bytes
    salt: bytes
    spi: int
    esn: bool = False
    ends: tuple = ()          # of a tunnel: source and destination address, octets
    udp: tuple = ()           # ESP in UDP: source and destination port


class OurEnd:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def suites(self):
        """The names of all that it has."""
        return self.answer({"op": "suites"})["suites"]

    def ask(self, operation, sa, sequence, packet, cuts):
        request = {"op": operation, "suite": sa.suite, "mode": sa.mode, "key": sa.key.hex(), "salt": sa.salt.hex(), "spi": sa.spi,
                   "esn": sa.esn, "sequence": sequence, "packet": packet.hex()}
        if sa.ends:
            request["source"], request["destination"] = (end.hex() for end in sa.ends)
        if sa.udp:
            request["udp"] = list(sa.udp)
        if cuts is not None:
            request["cuts"] = cuts
        return self.answer(request)

    def answer(self, request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the program of our end ended with {self.process.wait()} at {json.dumps(request)[:2000]}")
        answer = json.loads(line)
        if "refused" in answer:
            raise RuntimeError(f"our end refused: {answer['refused']}")
        return answer

    def seal(self, sa, number, packet, cuts=None):
        """(verdict, packet) of `packet` sent with the 64-bit `number`."""
        answer = self.ask("seal", sa, number, packet, cuts)
        return answer["verdict"], bytes.fromhex(answer["packet"])

    def open(self, sa, highest, packet, cuts=None):
        """(verdict, packet, highest afterwards) of a received packet; `highest` is the highest number received before."""
        answer = self.ask("open", sa, highest, packet, cuts)
        return answer["verdict"], bytes.fromhex(answer["packet"]), answer["highest"]
