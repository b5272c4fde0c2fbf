"""From the rows of the plan to what is shown: score lines, their working, explanations, reports."""
