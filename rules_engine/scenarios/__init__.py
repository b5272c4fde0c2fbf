"""The Gherkin steps, in Chinese, with which policy staff test a ruleset without programming."""
