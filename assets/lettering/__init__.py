"""Words and logos as flat pictures: in which fonts, of which strings, where each word lies."""
