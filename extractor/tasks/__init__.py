"""Tasks: what is asked about an article, in which form, and how the answer is checked."""

from extractor.tasks.checking import SchemaData
from extractor.tasks.loading import SchemaSource, load_schema
from extractor.tasks.schema import SchemaTask, schema_task
from extractor.tasks.task import AnyTask, Engine, Part, Reading, Task

__all__ = [
    "AnyTask",
    "Engine",
    "Part",
    "Reading",
    "SchemaData",
    "SchemaSource",
    "SchemaTask",
    "Task",
    "load_schema",
    "schema_task",
]
