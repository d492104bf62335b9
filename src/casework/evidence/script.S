/* verify.sh as it stands, linked in as read-only data. */
    .section .rodata
    .global evidence_script, evidence_script_end
evidence_script:
    .incbin SCRIPT
evidence_script_end:
    .byte 0
    .section .note.GNU-stack, "", %progbits
