"""Generated CAN databases."""

_PLAIN = """VERSION "1"

NS_ :
\tCM_
\tBA_

BS_:

BU_: A B

BO_ 257 Motion: 8 A
 SG_ Speed : 0|16@1+ (0.01,0) [0|300] "km/h" B
 SG_ Torque : 23|12@0- (0.1,-5) [-50|50] "Nm" B,C
 SG_ Kind M : 40|4@1+ (1,0) [0|0] "" B
 SG_ First m0 : 48|8@1+ (1,0) [0|0] "" B
 SG_ Second m1 : 48|8@1+ (1,0) [0|0] "" B

BO_ 2566844926 Wide: 64 Vector__XXX
 SG_ Exact : 64|64@1+ (1,0) [0|0] "" Vector__XXX
 SG_ Single : 128|32@1- (1,0) [0|0] "" Vector__XXX

CM_ SG_ 257 Speed "runs over
two lines; with a semicolon";
BA_DEF_ BO_ "GenMsgCycleTime" INT 0 10000;
BA_ "GenMsgCycleTime" BO_ 257 20;
VAL_ 257 Kind 0 "none" 1 "a \\"quoted\\" one" 15 "SNA" ;
SIG_VALTYPE_ 2566844926 Single : 1;
SG_MUL_VAL_ 257 Second Kind 1-1, 3-5;
"""


def specimens() -> dict[str, bytes]:
    return {
        "plain.dbc": _PLAIN.encode(),
        "windows.dbc": _PLAIN.replace('"Nm"', '"°C"').replace("\n", "\r\n").encode("cp1252"),
        "chinese.dbc": _PLAIN.replace('"none"', '"双手脱离"').encode("gb18030"),
        "utf8.dbc": _PLAIN.replace('"none"', '"双手脱离"').encode("utf-8-sig"),
    }
