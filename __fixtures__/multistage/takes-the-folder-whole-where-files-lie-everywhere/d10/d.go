package d10
