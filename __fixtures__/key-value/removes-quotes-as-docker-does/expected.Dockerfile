FROM debian:bookworm-slim
ENV GREETING="hello big world"
ENV SAID="it is \"fine\""
ENV SINGLE="a \$HOME b c"
ENV WHOLE="one string"
ENV GLUED="${GREETING}s and ${GREETING}s"
ENV PRICE="5\$ or \$"
ENV SPACED="a b\\c"
