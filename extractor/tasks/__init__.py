"""Tasks: what is asked about an article, in which form, and how the answer is checked."""

from extractor.tasks.checking import SchemaData
from extractor.tasks.loading import SchemaSource, load_schema
from extractor.tasks.schema import schema_task
from extractor.tasks.task import AnyTask, Engine, Task

__all__ = ["AnyTask", "Engine", "SchemaData", "SchemaSource", "Task", "load_schema", "schema_task"]
