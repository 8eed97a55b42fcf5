"""A language model behind one method: messages and a response model in, an instance with its attempts out.

Nothing here knows of news. Each layer wraps the one method of `Transport`:

    LanguageModel (Instructor: form of the reply; KeptReplies: each on disk before it is read)
      └── Retrying (asks again)
            └── Gated (Pace: when; Budget: whether)
                  └── Counting (one `Attempt` a request, with its cost)
                        └── Recording | Replaying | OpenAITransport (one request, one exchange)
"""

from extractor.llm.budget import Budget
from extractor.llm.cassettes import Recording, Replaying
from extractor.llm.exchange import Exchange, Request, Transport
from extractor.llm.model import Answer, LanguageModel, Shared
from extractor.llm.pacing import Pace
from extractor.llm.providers import OpenAITransport, TransportOnDemand, open_transport
from extractor.llm.replies import KeptReplies

__all__ = [
    "Answer",
    "Budget",
    "Exchange",
    "KeptReplies",
    "LanguageModel",
    "OpenAITransport",
    "Pace",
    "Recording",
    "Replaying",
    "Request",
    "Shared",
    "Transport",
    "TransportOnDemand",
    "open_transport",
]
