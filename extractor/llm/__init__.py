"""A language model behind one method: messages and a response model in, an instance with its attempts out.

Nothing here knows of news. Each layer wraps the one method of `Transport`:

    LanguageModel (Instructor: form of the reply)
      └── Retrying (waits and asks again)
            └── Counting (one `Attempt` a request, with its cost)
                  └── Recording | Replaying | OpenAITransport (one request, one exchange)
"""

from extractor.llm.cassettes import Recording, Replaying
from extractor.llm.exchange import Exchange, Request, Transport
from extractor.llm.model import Answer, LanguageModel
from extractor.llm.providers import OpenAITransport, open_transport

__all__ = [
    "Answer",
    "Exchange",
    "LanguageModel",
    "OpenAITransport",
    "Recording",
    "Replaying",
    "Request",
    "Transport",
    "open_transport",
]
