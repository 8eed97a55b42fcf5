"""Loading a schema that a command or a worker names: `package.module:Model` or `file.py:Model`, with a prompt file."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from pydantic import BaseModel

from extractor.errors import ConfigurationError
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

    Raises ConfigurationError.
    """
    place, _, model_name = name.rpartition(":")
    if not place or not model_name.isidentifier():
        raise ConfigurationError(f"The schema {name!r} is to be written package.module:Model or file.py:Model.")
    module = _load_file(Path(place)) if place.endswith(".py") else _load_module(place)
    model = getattr(module, model_name, None)
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise ConfigurationError(f"{place!r} has no Pydantic model {model_name!r}.")
    return model


def _load_module(name: str) -> ModuleType:
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except Exception as error:
        raise ConfigurationError(f"The module {name!r} cannot be loaded: {error}.") from error


def _load_file(path: Path) -> ModuleType:
    # Under a name of its own, so that it takes no other module's place.
    name = f"extractor_schema_{path.stem}"
    specification = importlib.util.spec_from_file_location(name, path)
    if specification is None or specification.loader is None:
        raise ConfigurationError(f"{str(path)!r} is no Python file.")
    module = importlib.util.module_from_spec(specification)
    # Pydantic looks a model's names up in the module that it says it is of.
    sys.modules[name] = module
    try:
        specification.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise ConfigurationError(f"{str(path)!r} cannot be loaded: {error}.") from error
    return module
