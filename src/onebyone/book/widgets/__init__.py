"""What a reader moves: a page's initial HTML is made here, and docs/assets/scripts brings it to life."""
