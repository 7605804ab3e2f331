"""A real Spark for tests: a standalone master with two workers, all on loopback, on ports that are free."""

import os
import re
import subprocess
import sys
from collections import deque
from pathlib import Path
from threading import Event, Thread

import farled

MEMORY = "1g"
PATIENCE = 90
BRISK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # a Java that starts soon rather than runs long
DEFAULTS = f"""\
spark.driver.extraJavaOptions {BRISK}
spark.executor.extraJavaOptions {BRISK}
spark.ui.enabled false
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.executor.memory 512m
spark.sql.shuffle.partitions 4
spark.log.level ERROR
"""


class Server:
    """A process of the cluster.

    Args:
        command: A class of Spark and its arguments.
        says: What its log says when it is ready; the first group is kept.
        environment: Its environment.
    """

    def __init__(self, command: list[str], says: str, environment: dict[str, str]) -> None:
        from pyspark.find_spark_home import _find_spark_home  # noqa: PLC0415  only where it is installed

        script = str(Path(_find_spark_home()) / "bin" / "spark-class")
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL}
        self.process = subprocess.Popen([script, *command], env=environment, text=True, **streams)
        self._says = re.compile(says)
        self._ready = Event()
        self._last = deque(maxlen=20)
        self.said = ""
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        for line in self.process.stdout:
            self._last.append(line)
            found = self._says.search(line)
            if found and not self._ready.is_set():
                self.said = found[1]
                self._ready.set()
        self._ready.set()

    def wait(self) -> str:
        """Return what it said when it was ready."""
        if not self._ready.wait(PATIENCE) or not self.said:
            raise RuntimeError("Spark did not start:\n" + "".join(self._last))
        return self.said

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._listener.join()
        self.process.stdout.close()


class Cluster:
    """A master and two workers.

    Args:
        folder: Where they keep what they need.
    """

    def __init__(self, folder: Path) -> None:
        (folder / "conf").mkdir()
        (folder / "conf" / "spark-defaults.conf").write_text(DEFAULTS)
        self.environment = {
            "SPARK_CONF_DIR": str(folder / "conf"),
            "SPARK_LOCAL_DIRS": str(folder / "local"),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_DAEMON_JAVA_OPTS": BRISK,
            "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_LAUNCHER_OPTS": BRISK,
            "PYSPARK_PYTHON": sys.executable,
            "PYTHONPATH": str(Path(farled.__file__).parents[1]),  # with the kernels that other tests compiled
        }
        around = {**os.environ, **self.environment}
        self.servers = []
        try:
            here = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
            master = Server(["org.apache.spark.deploy.master.Master", *here], r"Starting Spark master at (\S+)", around)
            self.servers.append(master)
            self.address = master.wait()
            for number in range(2):
                limits = ["--cores", "1", "--memory", MEMORY, "--work-dir", str(folder / f"worker{number}")]
                command = ["org.apache.spark.deploy.worker.Worker", *here, *limits, self.address]
                self.servers.append(Server(command, r"Successfully (registered) with master", around))
            for worker in self.servers[1:]:
                worker.wait()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End all its processes."""
        for server in reversed(self.servers):
            server.stop()
