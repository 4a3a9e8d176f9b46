package d6
