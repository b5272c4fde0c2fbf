"""The engine's own behaviour, as policy staff would write it: see features/engine."""

from __future__ import annotations

from pytest_bdd import scenarios

pytest_plugins = [
    "rules_engine.scenarios.steps",
    "office_steps",
    "change_steps",
    "trial_steps",
    "fragile_steps",
    "form_steps",
    "clerk_steps",
    "role_steps",
    "scenario_steps",
]

scenarios("engine")
