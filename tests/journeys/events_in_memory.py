"""A source of events for the stored index, written by hand: files of rows, by bucket."""

import json
from dataclasses import dataclass, field
from zlib import crc32

import pyarrow as pa

EVENT = ("customer", "event_id", "time", "sequence", "name", "channel", "value", "score", "scale", "properties")
SCHEMA = pa.schema(
    [
        ("customer", pa.string()),
        ("event_id", pa.string()),
        ("time", pa.timestamp("us", "UTC")),
        ("sequence", pa.int32()),
        ("name", pa.dictionary(pa.int32(), pa.string())),
        ("channel", pa.dictionary(pa.int32(), pa.string())),
        ("value", pa.float64()),
        ("score", pa.float64()),
        ("scale", pa.dictionary(pa.int32(), pa.string())),
        ("properties", pa.string()),
    ]
)


def event(customer, event_id, time, name, **more):
    """A row; what is not a column is a property."""
    known = {key: more.pop(key) for key in EVENT if key in more}
    row = {"customer": customer, "event_id": event_id, "time": time, "sequence": 0, "name": name, **known}
    return {**row, "properties": json.dumps(more)}


@dataclass
class Events:
    """A source: ``stored[file]`` are rows; the bucket of a customer follows from its id."""

    number_of_buckets: int = 2
    stored: dict = field(default_factory=dict)
    versions: dict = field(default_factory=dict)
    read: list = field(default_factory=list)

    def add(self, name, rows):
        """Store rows in one file per bucket they touch."""
        for bucket in self.buckets():
            chosen = [row for row in rows if crc32(row["customer"].encode()) % self.number_of_buckets == bucket]
            if chosen:
                self.stored[f"{bucket}/{name}"] = chosen

    def buckets(self):
        return range(self.number_of_buckets)

    def files(self, bucket):
        return [name for name in self.stored if name.startswith(f"{bucket}/")]

    def state(self):
        return ""

    def version(self, bucket):
        return self.versions.get(bucket, "")

    def batches(self, bucket, files):
        for name in files:
            assert name.startswith(f"{bucket}/")
            self.read.append(name)
            yield pa.RecordBatch.from_pylist(self.stored[name], SCHEMA).drop_columns(["properties"])

    def identified(self, bucket, files):
        for name in files:
            assert name.startswith(f"{bucket}/")
            rows = [row for row in self.stored[name] if row["name"] == "identify"]
            yield pa.RecordBatch.from_pylist(rows, SCHEMA)

    def properties(self, bucket, name):
        for file in self.files(bucket):
            self.read.append(f"{file}:{name}")
            values = [json.loads(row["properties"]).get(name) for row in self.stored[file]]
            texts = [None if value is None else json.dumps(value) for value in values]
            ids = [row["event_id"] for row in self.stored[file]]
            yield pa.record_batch({"event_id": pa.array(ids, pa.string()), "value": pa.array(texts, pa.string())})
