"""A real FreeSWITCH with next to nothing loaded: enough to ask it how it reads what we write."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

PASSWORD = "only-for-tests"
MODULES = (
    "event_socket",
    "commands",
    "dptools",
    "loopback",
    "dialplan_xml",
    "sndfile",
    "tone_stream",
)
CONFIGURATION = """<?xml version="1.0"?>
<document type="freeswitch/xml"><section name="configuration">
<configuration name="modules.conf"><modules>{modules}</modules></configuration>
<configuration name="event_socket.conf"><settings>
<param name="listen-ip" value="127.0.0.1"/><param name="listen-port" value="{port}"/>
<param name="password" value="{password}"/>
<param name="apply-inbound-acl" value="loopback.auto"/></settings></configuration>
<configuration name="switch.conf"><settings>
<param name="loglevel" value="warning"/></settings></configuration>
</section><section name="dialplan"><context name="default"><extension name="park">
<condition field="destination_number" expression="^park$">
<action application="answer"/><action application="park"/></condition>
</extension></context></section><section name="directory"/></document>
"""


class LiveSwitch:
    """Loopback legs only: no SIP, no port but the event socket's."""

    def __init__(self, folder):
        self.folder = folder
        found = shutil.which(os.environ.get("FREESWITCH") or "freeswitch")
        self.binary = Path(found).resolve() if found else None
        self.password = PASSWORD
        self.port = 0
        self._process = None

    def start(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        options = []
        for name in ("conf", "log", "db", "run"):
            (self.folder / name).mkdir(exist_ok=True)
            options += [f"-{name}", str(self.folder / name)]
        modules = "".join(f'<load module="mod_{name}"/>' for name in MODULES)
        text = CONFIGURATION.format(modules=modules, port=self.port, password=PASSWORD)
        (self.folder / "conf/freeswitch.xml").write_text(text)
        with (self.folder / "console").open("wb") as console:
            self._process = subprocess.Popen(
                [str(self.binary), "-nf", "-nc", "-nonat", *options],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + 60
        while True:  # before it listens there is nothing to be notified by
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self._process.poll() is None, (self.folder / "console").read_text()
                assert time.monotonic() < deadline, "FreeSWITCH did not listen within 60 s"
                time.sleep(0.1)

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
