"""Loading a schema that a command or a worker names: `package.module:Model` or `file.py:Model`, with a prompt file."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from pydantic import BaseModel

from extractor.errors import ConfigurationError
from extractor.llm.exchange import digest_of
from extractor.tasks.schema import schema_task
from extractor.tasks.task import AnyTask


@dataclass(frozen=True)
class SchemaSource:
    """Where a task of one's own is defined; unlike the task it can be sent to another process."""

    schema: str
    """`package.module:Model`, looked for in the working directory too, or `path/to/file.py:Model`."""
    prompt: Path | None = None

    def load(self) -> AnyTask:
        """Return the task. Raises ConfigurationError."""
        return schema_task(load_schema(self.schema), prompt=self.prompt)


def load_schema(name: str) -> type[BaseModel]:
    """Return the Pydantic model of a name `package.module:Model` or `path/to/file.py:Model`.

    What the module prints goes to stderr, and what lies beside a file can be imported by it. Raises ConfigurationError.
    """
    place, _, model_name = name.rpartition(":")
    if not place or not model_name.isidentifier():
        raise ConfigurationError(f"The schema {name!r} is to be written package.module:Model or file.py:Model.")
    module = _load(place)
    model = getattr(module, model_name, None)
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        there = ", ".join(name for name, value in vars(module).items() if _is_model_of(value, module))
        raise ConfigurationError(f"{place!r} has no Pydantic model {model_name!r}; it has {there or 'none'}.")
    return model


def _is_model_of(value: object, module: ModuleType) -> bool:
    return isinstance(value, type) and issubclass(value, BaseModel) and value.__module__ == module.__name__


def _load(place: str) -> ModuleType:
    path = Path(place)
    is_file = path.suffix == ".py"
    folder = str(path.resolve().parent if is_file else Path.cwd())
    # Behind all else: a file that is called like a library must not take its place.
    sys.path.append(folder)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            return _run_file(path) if is_file else importlib.import_module(place)
    except (Exception, SystemExit) as error:
        raise ConfigurationError(f"{place!r} cannot be loaded: {type(error).__name__}: {error}.") from error
    finally:
        sys.path.remove(folder)


def _run_file(path: Path) -> ModuleType:
    # Under a name that no other file has, and where Pydantic can look up the names that the models use.
    name = f"extractor_schema_{digest_of(str(path.resolve()))[:16]}"
    specification = importlib.util.spec_from_file_location(name, path)
    if specification is None or specification.loader is None:
        raise ImportError("it is no Python file")
    module = sys.modules[name] = importlib.util.module_from_spec(specification)
    try:
        specification.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
