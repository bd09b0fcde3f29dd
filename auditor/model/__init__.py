"""The nouns: ids, facts, resources, the estate, verdicts, results. Standard library only."""
