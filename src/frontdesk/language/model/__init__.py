"""Understanding by a language model. It proposes; our own grammars and rules decide what is believed."""
