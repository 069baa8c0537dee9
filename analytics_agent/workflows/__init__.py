"""What is durable and deterministic. answer_question.py is the page to read first; calls.py names every activity it calls."""
