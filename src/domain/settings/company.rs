//! Who the company is: what stands on an invoice, a quotation and a message.

use super::{Setting, Shape, setting};

pub const SETTINGS: &[Setting] = &[
    setting("company.name", "Name", Shape::Line, "", "What customers call the company."),
    setting("company.legal-name", "Legal name", Shape::Line, "", "The registered name, for invoices."),
    setting("company.address", "Address", Shape::Line, "", "The registered address, on one line."),
    setting("company.city", "City", Shape::Line, "", "Where the company sits."),
    setting("company.state", "State", Shape::Line, "", "Place of supply: decides between CGST with SGST and IGST."),
    setting("company.pincode", "PIN code", Shape::Line, "", "Postal code of the registered address."),
    setting("company.country", "Country", Shape::Line, "India", "Printed below the address."),
    setting("company.gstin", "GSTIN", Shape::Gstin, "", "The company's own GST number."),
    setting("company.licence", "ISP licence", Shape::Line, "", "Number of the Unified Licence (ISP) of the DoT."),
    setting("company.phone", "Support phone", Shape::Line, "", "Where customers call; quoted in messages."),
    setting("company.email", "Support mail", Shape::Line, "", "Where customers write; quoted in messages."),
    setting(
        "company.appellate",
        "Appellate authority",
        Shape::Line,
        "",
        "Who hears appeals (TRAI Telecom Consumers Complaint Redressal Regulations, 2012).",
    ),
];
