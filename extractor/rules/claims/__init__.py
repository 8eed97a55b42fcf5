"""Claims by rules: words of saying, who says, and what."""

from extractor.rules.claims.finding import ClaimFound, find_claims
from extractor.rules.claims.statement import state_claim

__all__ = ["ClaimFound", "find_claims", "state_claim"]
