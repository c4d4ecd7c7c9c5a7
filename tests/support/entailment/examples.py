"""The examples of the rules: for each rule of owl2rl.rules a file that exercises it alone."""
