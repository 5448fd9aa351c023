"""One node's services on a file database, with a mail way that remembers."""



