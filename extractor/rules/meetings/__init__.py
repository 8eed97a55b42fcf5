"""Meetings by rules: words of meeting, the parties they tie together, and the circumstances."""

from extractor.rules.meetings.occasions import MeetingFound, find_meetings, is_about_sport, read_day

__all__ = ["MeetingFound", "find_meetings", "is_about_sport", "read_day"]
