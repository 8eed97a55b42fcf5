"""Where a run stands and what became of an article, in words."""

from __future__ import annotations

from extractor.batch import RunStatus
from extractor.models import Outcome, SchemaExtraction
from extractor.terminal.screen import clean, count


def status_view(status: RunStatus) -> str:
    """Return where a run stands, in a few lines."""
    state = "running" if status.is_live else status.ending or "died without ending; the same command goes on from there"
    done = ", ".join(f"{number} {kind}" for kind, number in status.outcomes.items()) or "nothing yet"
    lines = [f"{status.model}, begun {status.started}: {clean(state)}", f"articles: {done}"]
    if status.inputs:
        lines.append(f"inputs: {status.inputs}, {max(0, status.inputs - sum(status.outcomes.values()))} pending")
    lines += [f"  {number} {cause}" for cause, number in status.causes.items()]
    cost = cost_in_words(status.cost, status.cost_unknown)
    usage = status.usage
    lines.append(
        f"{status.requests} requests, {usage.input_tokens:,} tokens in ({usage.cached_tokens:,} of them cached), "
        f"{usage.output_tokens:,} out, {cost}"
    )
    if status.batches:
        lines.append(f"batches to be collected from the provider, by the same command: {status.batches}")
    if status.in_doubt:
        lines.append(f"{status.in_doubt} requests had no answer that arrived, and may have been billed")
    return "\n".join(lines)


def cost_in_words(known: float, unknown: int) -> str:
    """Return the cost of requests, of which some may have none that is known."""
    if unknown and not known:
        return "cost unknown"
    return f"${known:.4f}" + (f" and {unknown} requests of unknown cost" if unknown else "")


def outcome_line(outcome: Outcome) -> str:
    """Return one line on an outcome, for a log or a pipe."""
    name = clean(outcome.article_id)
    if outcome.failure:
        return f"{name}: {outcome.kind}, {outcome.failure.kind}: {clean(outcome.failure.message)}"
    if outcome.extraction is None or outcome.reason:
        return f"{name}: {outcome.kind}: {clean(outcome.reason or '')}"
    found = outcome.extraction
    problems = f", {count(len(found.problems), 'problem')}" if found.problems else ""
    if isinstance(found, SchemaExtraction):
        return f"{name}: {count(len(found.records), 'record')}{problems}"
    meetings, claims = count(len(found.meetings), "meeting"), count(len(found.claims), "claim")
    return f"{name}: {meetings}, {claims}{problems}"
