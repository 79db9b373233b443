"""What became of a drug by the words beside it: started, stopped, held, taken once, yet to come."""
