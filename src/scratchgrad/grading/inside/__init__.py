"""What runs inside the sandbox: learner code, and answers to calls. Nothing here is trusted."""
