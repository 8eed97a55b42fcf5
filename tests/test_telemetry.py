"""Spans are written where OpenTelemetry is set up, and hold nothing of an article."""

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from extractor import extract_events, telemetry
from extractor.errors import RequestRejected
from extractor.llm import Exchange
from tests.conftest import ScriptedModel
from tests.replies import TEXT, reply


@pytest.fixture
def spans(monkeypatch):
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry, "_tracer", lambda: provider.get_tracer("extractor"))
    return exporter.get_finished_spans


def test_an_article_and_its_request_are_spans_by_the_conventions(spans):
    extract_events(TEXT, model="openai/m", client=ScriptedModel(reply()))
    request, article = spans()
    assert (request.name, article.name) == ("chat", "extract article")
    assert request.parent.span_id == article.context.span_id
    assert dict(request.attributes) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "openai/m",
        "http.response.status_code": 200,
        "gen_ai.usage.input_tokens": 10,
        "gen_ai.usage.output_tokens": 5,
    }


def test_no_span_and_no_log_holds_words_of_the_article_also_where_it_fails(spans, caplog):
    class Quoting:
        async def send(self, request):
            return Exchange(400, {}, {"error": {"message": f"not allowed: {TEXT}"}})

    extract_events(TEXT, model="openai/m", client=ScriptedModel(reply()))
    with pytest.raises(RequestRejected):
        extract_events(TEXT, model="openai/m", client=Quoting())
    assert [span.status.is_ok for span in spans()] == [True, True, True, False]
    assert spans()[3].attributes["error.type"] == "RequestRejected"
    assert "Hegge" not in caplog.text
    assert "Hegge" not in "".join(span.to_json() for span in spans())
