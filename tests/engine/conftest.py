"""A Spark cluster for all tests that need one; it must be there where CI=true."""

import os
import shutil
from importlib.util import find_spec

import pytest
from engine.spark_cluster import Cluster


def missing():
    """Return why no Spark can be started here; empty if one can."""
    if find_spec("pyspark") is None:
        return "PySpark is not installed"
    return "" if shutil.which("java") or os.environ.get("JAVA_HOME") else "there is no Java"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    reason = missing()
    if reason and os.environ.get("CI") != "true":
        pytest.skip(reason)
    assert not reason
    made = Cluster(tmp_path_factory.mktemp("spark"))
    before = {name: os.environ.get(name) for name in made.environment}
    os.environ.update(made.environment)
    try:
        yield made
    finally:
        _stop_session()
        made.stop()
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _stop_session():
    from pyspark.sql import SparkSession  # noqa: PLC0415  only where it is installed

    session = SparkSession.getActiveSession()
    if session is not None:
        session.stop()
