"""Event codes of DHL eCommerce (`ecommerce`, `ecommerce-apac`), as in `codes`."""

TABLE = """
    shipment_booked 109
    shipment_created 163 164 235 238 300 350 445
    shipment_cancelled 101
    picked_up 100 115 130 132 150 200 211 461
    exception 107 513 229 573 665 680 699 844 868
    exception:pickup_failed 134 135 627
    exception:loss 690
    exception:address 683 710 700 686 720 689 740 691 750
    in_transit 50 51 128 129 365 402 431 477 478 479 480 483 505 510 511 517 523 524 525
    | 528 529 530 534 535 536 537 539 540 541 543 545 557 561 567 576 579 589 590 642
    departed_facility 110 113 114 120 399 400 401 451 456 481 482 518 531 532 538 568
    | 577
    | 805
    arrived_facility 104 116 125 155 156 360 361 454 462 468 470 472 494 499 515 520 521
    | 526 533 542 549 562 566 575 637
    handled 99 106 161 220 313 359 371 617 618 591 867 869 870 871 872 807
    customs_in_progress 441 447 463 501 509
    customs_hold:customs 443 448 453 506 507 508
    customs_hold:payment 240 242 503
    customs_released 442 449 452 464 502
    instruction_changed 162 241 504
    instruction_changed:address 582 632
    instruction_changed:consignee 609
    instruction_changed:shipper 604
    eta_updated 574
    delayed 450 592 593 581 616
    delayed:missort 546 640 641 670 671
    on_hold 312 358 644
    out_for_delivery 473 544 547 548 558 580 597 598
    available_for_pickup 522 570 585 588
    available_for_pickup:pickup_point 469 560 565 599 601
    delivery_attempt_failed 550 553 554 563 571 583 595 596 615 629 638 639 651
    delivery_attempt_failed:recipient_unavailable 551 552 556 594 613
    delivery_attempt_failed:business_closed 555 564 612
    delivery_attempt_failed:address 605
    delivery_attempt_failed:payment 614
    refused:refused 610 611 619
    refused:payment 608
    damaged:damage 620 623
    delivered 600 606 607 621
    delivered:pickup_point 572
    delivered:safe_place 652 653 654 655 658 659
    delivered:reception 656
    delivered:mailbox 657
    delivery_failed 625 626 636 650 693 760 770 780 730 809 825
    delivery_failed:address 630 631 633
    returning_to_sender 108 800 802 804 806 808 810 811 813 815 816 817 818 820 821 849
    | 853 854 855 856 857 858 859 862 864 628 624 880 881 882 883 884 885 886 887
    returned_to_sender 602 603 860 863
"""
