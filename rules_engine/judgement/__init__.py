"""Forward chaining over words: from what is so to what follows. The only home of durable-rules."""
