"""The nouns of a review: plain frozen data, with no pandas, no files and no clock."""
