"""The way to a Spark session, and what goes wrong on it said in a sentence."""

import platform
import re
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from farled.errors import InputError, MissingExtraError

ANSWERS_WITHIN = 10.0
JAVA = "JAVA_GATEWAY_EXITED"
PANDAS = "PySpark does not yet fully support pandas"
PYTHON = "PYTHON_VERSION_MISMATCH"


def session_of(given: Any) -> Any:
    """Return a session: the one given, or a new one at an address.

    Args:
        given: A ``SparkSession``, or ``spark://…``, ``local[…]``, ``yarn``, ``k8s://…`` or ``sc://…``.

    Raises:
        MissingExtraError: PySpark is not installed.
        InputError: Nothing answers at the address, or it is none.
    """
    if not isinstance(given, str):
        if not (hasattr(given, "range") and hasattr(given, "version")):
            raise InputError(f"{given!r} is no engine.", "Give spark://HOST:PORT, or a SparkSession.")
        return given
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingExtraError.named("spark", "run on Spark") from error
    if not re.match(r"(spark|sc|k8s)://.|local$|local\[|yarn$", given):
        raise InputError(f"{given!r} is no address of Spark.", "Write spark://HOST:PORT.")
    _require_answer(given)
    if given.startswith("sc://"):
        return SparkSession.builder.remote(given).getOrCreate()
    builder = SparkSession.builder.master(given).appName("farled").config("spark.ui.showConsoleProgress", "false")
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", PANDAS)
            made = builder.getOrCreate()
    except Exception as error:  # PySpark, Py4J and Java each have their own
        raise _unreachable(given, error) from error
    there = made.sparkContext.master
    if there != given:
        raise InputError(
            f"This process has a Spark session at {there} already.", "Stop it, or hand it over: engine=session."
        )
    return made


def _require_answer(address: str) -> None:
    """Knock at a cluster: Spark itself would try for a minute, and then tell of something else."""
    places = re.findall(r"([^/,;:]+):(\d+)", address) if address.startswith(("spark://", "sc://")) else []
    if address.startswith("spark://") and not places:
        raise InputError(f"{address!r} names no port.", "Write spark://HOST:7077.")
    for host, port in places:
        try:
            socket.create_connection((host, int(port)), ANSWERS_WITHIN).close()
        except (OSError, OverflowError) as error:
            failed = error
        else:
            return
    if places:
        raise InputError(f"No Spark answers at {address}: {failed}.", "Start the cluster, or correct the address.")


def _unreachable(address: str, error: Exception) -> InputError:
    if JAVA in str(error):
        return InputError("Spark needs Java, and none starts.", "Install Java 17 or newer, and set JAVA_HOME.")
    first = str(error).strip().partition("\n")[0]
    return InputError(f"No Spark session could be made at {address}: {first}", "Look at the log of the cluster.")


@contextmanager
def translated() -> Iterator[None]:
    """Say in a sentence what Spark says in a page, where it is known."""
    from pyspark.errors import PySparkException

    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", PANDAS)  # Farled takes Arrow only
            yield
    except ImportError as error:  # PySpark wants pandas, though Farled gives it none
        raise MissingExtraError.named("spark", "run on Spark") from error
    except PySparkException as error:
        if PYTHON in str(error):
            here = ".".join(platform.python_version_tuple()[:2])
            raise InputError(
                f"The workers of Spark run another Python than here, which is {here}.",
                f"Set PYSPARK_PYTHON to a Python {here} that has Farled, on the workers too.",
            ) from error
        raise


def require_same(here: str, there: str) -> None:
    """Check the version of Farled on the workers.

    Args:
        here: Of this process.
        there: Of a worker; empty if it has none.

    Raises:
        InputError: They differ.
    """
    if there != here:
        has = f"have Farled {there}" if there else "have no Farled"
        raise InputError(
            f"The workers of Spark {has}, but this is Farled {here}.", f"Install farled=={here} on every worker."
        )
